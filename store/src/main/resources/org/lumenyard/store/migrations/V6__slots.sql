-- A run's place on its node, by the run that opened it; null for that run itself.
alter table run add column slot bigint;

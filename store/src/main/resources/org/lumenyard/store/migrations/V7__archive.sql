-- Where a finished job's task and run rows are: in the tables, in its archive, or on the way. And
-- since when its logs are no longer kept.
alter table job add column archiving varchar not null default 'NONE';

alter table job add column logs_dropped_at bigint;

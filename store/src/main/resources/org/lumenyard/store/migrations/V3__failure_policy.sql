-- What the farm makes of failures beyond the task. Null is nothing: no setbacks, no doubts, no
-- quarantine, not held by the farm.
alter table job add column held_why text;

alter table step add column least_mebibytes bigint not null default 0;

alter table step add column setbacks text;

alter table node add column doubts text;

alter table node add column quarantine text;

alter table node add column quarantined_at bigint;

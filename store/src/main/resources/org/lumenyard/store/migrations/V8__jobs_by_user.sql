-- Finds a person's jobs, the newest first, among all that are kept.
create index job_by_user on job (submitted_by, id);

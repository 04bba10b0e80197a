-- Finds the runs of a stretch of time: those that ended in it or after it, and those that go on.
create index run_by_end on run (ended_at);

-- A job that was deleted is seen by nobody from that moment on; its rows go in slices.
alter table job add column deleted_at bigint;

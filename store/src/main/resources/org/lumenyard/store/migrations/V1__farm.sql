-- The same text for SQLite and PostgreSQL, and for the build, which makes the table classes of it.
-- Numbers that name things are given by core in rising order. Moments are milliseconds since the
-- epoch. State words are the names of enums. No foreign keys: only core's changes are written.

-- One row. Its update is the first statement of every transaction: who does not reign writes nothing.
create table farm (
    lineage varchar not null primary key,
    term bigint not null,
    revision bigint not null,
    next_id bigint not null
);

create table job (
    id bigint not null primary key,
    name varchar not null,
    submitted_by varchar not null,
    band varchar not null,
    priority int not null,
    state varchar not null,
    held boolean not null,
    cancelled boolean not null,
    notes text not null,
    source text not null,
    submitted_at bigint not null,
    started_at bigint,
    finished_at bigint,
    waiting bigint not null,
    running bigint not null,
    done bigint not null,
    failed bigint not null,
    last_done_run bigint,
    last_failed_run bigint
);

create index job_by_state on job (state, id);

create table step (
    id bigint not null primary key,
    job bigint not null,
    ordinal int not null,
    name varchar not null,
    space text not null,
    size bigint not null,
    depends_on text not null,
    requirements text not null,
    model text,
    payload text not null,
    round int not null,
    forgiven_up_to bigint,
    waiting bigint not null,
    running bigint not null,
    done bigint not null,
    failed bigint not null,
    peak_mebibytes bigint not null,
    load_millis bigint not null,
    run_millis bigint not null
);

create unique index step_of_job on step (job, ordinal);

-- A task without a row, or with one of an older round, waits and has no past.
create table task (
    step bigint not null,
    idx bigint not null,
    state varchar not null,
    round int not null,
    failures int not null,
    losses int not null,
    avoid_node bigint,
    not_before bigint not null,
    run bigint not null,
    label varchar not null,
    primary key (step, idx)
);

-- Runs in motion have no end; "previous" is the run before it of the same task.
create table run (
    id bigint not null primary key,
    job bigint not null,
    step bigint not null,
    idx bigint not null,
    label varchar not null,
    round int not null,
    node bigint not null,
    incarnation bigint not null,
    instance bigint,
    amounts text not null,
    previous bigint,
    state varchar not null,
    placed_at bigint not null,
    started_at bigint,
    ended_at bigint,
    reason varchar,
    sentence text,
    load_millis bigint,
    run_millis bigint,
    peak_mebibytes bigint,
    details text
);

create index run_of_job on run (job, id);

create index run_of_node on run (node, ended_at, id);

create table node (
    id bigint not null primary key,
    name varchar not null,
    incarnation bigint not null,
    state varchar not null,
    machine varchar not null,
    boot varchar not null,
    pid_namespace varchar not null,
    amounts text not null,
    attributes text not null,
    details text not null,
    joined_at bigint not null,
    gone_at bigint,
    gone_why text
);

create unique index node_by_name on node (name);

create table instance (
    id bigint not null primary key,
    node bigint not null,
    incarnation bigint not null,
    model text not null,
    amounts text not null,
    started_at bigint not null,
    ended_at bigint
);

create index instance_of_node on instance (node, ended_at, id);

-- The history of jobs and nodes; "line" counts within a revision.
create table audit (
    subject varchar not null,
    subject_id bigint not null,
    revision bigint not null,
    line int not null,
    who varchar not null,
    what text not null,
    noted_at bigint not null,
    primary key (subject, subject_id, revision, line)
);

create table token (
    hash varchar not null primary key,
    role varchar not null,
    name varchar not null,
    created_at bigint not null
);

create table idempotency (
    principal varchar not null,
    request_key varchar not null,
    body_hash varchar not null,
    result text not null,
    created_at bigint not null,
    primary key (principal, request_key)
);

create index idempotency_by_age on idempotency (created_at);

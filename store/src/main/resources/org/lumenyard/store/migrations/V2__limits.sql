-- Farm-wide counts, such as licence seats. Which runs hold them stands in "run.amounts". The word
-- "limit" means something to databases.
create table farm_limit (
    id bigint not null primary key,
    name varchar not null,
    seats bigint not null,
    note text not null,
    set_at bigint not null
);

create unique index farm_limit_by_name on farm_limit (name);

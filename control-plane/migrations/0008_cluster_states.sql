-- expand

-- What watchers were last told of a cluster. A state changes by silence alone, which no transaction of anybody else could announce.
create table cluster_states (
  cluster_id  text        primary key references clusters (id),
  state       text        not null check (state in ('Pending','Connected','Stale','Offline','Revoked')),
  since       timestamptz not null default now()
);

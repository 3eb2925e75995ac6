-- expand

-- A database may be the successor of one that was lost. From a cluster's first enrolment here until its agent has said by sync what it holds,
-- the cluster is given nothing.
alter table clusters add column holds_known boolean not null default true;

-- What a cluster holds by its own signed envelope, where this database has assigned it nothing. Its first assignment takes its generation from
-- here: the very number for this very content, a higher one for any other.
create table recollections (
  cluster_id     text   not null references clusters (id),
  application    text   not null,
  environment    text   not null,
  generation     bigint not null,
  revision       text   not null,
  -- Null for what was being removed or suspended: no content equals it.
  content_digest text,
  primary key (cluster_id, application)
);

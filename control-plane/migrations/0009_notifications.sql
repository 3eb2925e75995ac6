-- expand

alter table fleet_objects
  drop constraint fleet_objects_kind_check,
  add constraint fleet_objects_kind_check check (kind in ('Fleet','Application','Environment','Strategy','Cluster','Project','Pin','Quarantine',
                                                          'ApplicationRemoval','ClusterRemoval','Freeze','Notification'));

-- One message to one route of notifications/, and what became of it. Written in the transaction that moves the cursor over the events it was
-- made of; the unique constraint holds even where two replicas read the same events. While it is Collecting, more may be added to it.
create table deliveries (
  seq           bigint      generated always as identity,
  id            text        primary key,
  notification  text        not null,
  receiver      text        not null check (receiver in ('Webhook','Slack','Teams','Email','PagerDuty')),
  cause         text        not null,
  event         text        not null,
  severity      text        not null check (severity in ('Info','Warning','Critical')),
  state         text        not null check (state in ('Collecting','Pending','Delivered','Dead')),
  message       jsonb,
  collected     jsonb,
  attempts      integer     not null default 0,
  -- Of the last attempts: when, what came of it, and what the receiver said.
  log           jsonb       not null default '[]',
  created_at    timestamptz not null default now(),
  next_at       timestamptz not null default now(),
  settled_at    timestamptz,
  version       bigint      not null default 1,
  constraint deliveries_once unique (notification, cause),
  constraint deliveries_has_content check (case when state = 'Collecting' then collected is not null else message is not null end)
);
create unique index deliveries_order on deliveries (seq);
create index deliveries_open on deliveries (notification, seq) where state in ('Collecting','Pending');
create index deliveries_age on deliveries (created_at);

-- Which drift fights and held prunes were told of, so that each is told once.
create table told_troubles (
  kind         text not null check (kind in ('DriftFight','PruneHeld')),
  cluster_id   text not null references clusters (id) on delete cascade,
  application  text not null,
  constraint told_troubles_pkey primary key (kind, cluster_id, application)
);
create index statuses_fighting on statuses (application, cluster_id) where reason = 'DriftFight';

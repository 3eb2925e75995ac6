-- expand

-- A cluster's statuses, counted by the environment that each was wanted by when it was last reported: written with the statuses, so that
-- nobody counts half a million rows for a dashboard. A row belongs to one cluster, hence to one report at a time: no two writers meet in it.
create table cluster_totals (
  cluster_id   text    not null,
  environment  text    not null,
  healthy      integer not null,
  progressing  integer not null,
  degraded     integer not null,
  suspended    integer not null,
  missing      integer not null,
  unknown      integer not null,
  synced       integer not null,
  out_of_sync  integer not null,
  statuses     integer not null,
  drifted      integer not null,
  primary key (cluster_id, environment)
);

insert into cluster_totals
select s.cluster_id, coalesce(a.environment, ''), count(*) filter (where health = 'Healthy'), count(*) filter (where health = 'Progressing'),
       count(*) filter (where health = 'Degraded'), count(*) filter (where health = 'Suspended'), count(*) filter (where health = 'Missing'),
       count(*) filter (where health = 'Unknown'), count(*) filter (where sync = 'Synced'), count(*) filter (where sync = 'OutOfSync'),
       count(*), sum(s.drifted)
  from statuses s left join assignments a on a.cluster_id = s.cluster_id and a.application = s.application
 group by 1, 2;

-- Of the open rollouts, those that rollouts_one_active leaves out.
create index rollouts_rolling_back on rollouts (id) where phase = 'RollingBack';

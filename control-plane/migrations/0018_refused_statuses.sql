-- expand

-- Since when the cluster has refused an object of the status's generation, without a break: a verdict on that generation, as Degraded is.
alter table statuses add column refused_since timestamptz;

-- It refused this very content already as it was given it once more: its agent has to try first, at its own pace.
alter table rollout_targets add column was_refused boolean not null default false;

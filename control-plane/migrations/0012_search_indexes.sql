-- expand

-- Releases by the beginning of a commit, rollouts by the beginning of an id: both tables only grow.
create index releases_revision on releases (revision text_pattern_ops);
create index rollouts_id on rollouts (id text_pattern_ops);

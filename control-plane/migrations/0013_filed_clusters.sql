-- expand

-- Whether the fleet repository has a file of the cluster. It says so for certain only where it is true: lists look among the rest, which are few,
-- for clusters that are enrolled and have none.
alter table clusters add column filed boolean not null default false;
update clusters c
   set filed = exists (select from fleet_objects f where f.kind = 'Cluster' and f.form is not null and f.form ->> 'id' = c.id);
create index clusters_without_file on clusters (name) where not filed;

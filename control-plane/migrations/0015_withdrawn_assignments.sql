-- expand

-- A list of clusters counts what each is assigned in the primary key's index alone, and takes off what was withdrawn: seldom anything.
create index assignments_withdrawn on assignments (cluster_id, application) where state = 'withdrawn';

-- expand

-- A list of releases says of which no objects could be made. Those are few, whatever the number of inputs that others were rendered with.
create index renders_with_problems on renders (release_id, rendered_at) where problem is not null;

-- expand

-- Since when an object is in the fleet repository, as far as this database knows. Of those that are there already only the last change is known.
alter table fleet_objects add column created_at timestamptz not null default now();
update fleet_objects set created_at = updated_at;

-- expand

-- What a name has of three characters: search finds a part of a name in an index, instead of looking through the names of ten thousand clusters.
create function name_parts(name text) returns text[] language sql immutable strict parallel safe
  return array(select substr(name, n, 3) from generate_series(1, length(name) - 2) n);
create index clusters_name_parts on clusters using gin (name_parts(name));

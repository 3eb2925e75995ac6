-- expand

-- A cluster's file by the id in it, and clusters by their labels: lists and look-ups of ten thousand read no more than they show.
create index fleet_objects_cluster_id on fleet_objects ((form ->> 'id')) where kind = 'Cluster';
create index fleet_objects_labels on fleet_objects using gin ((form -> 'labels') jsonb_path_ops) where kind = 'Cluster';

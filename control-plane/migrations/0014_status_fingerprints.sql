-- expand

-- What of a cluster's last report is in `statuses`, in a few bytes an application: a report is compared with this row, and only what differs is
-- looked at. Its form belongs to the program alone; a row that is missing or not understood costs a comparison of all, never the truth.
create table status_fingerprints (
  cluster_id   text  primary key references clusters (id),
  fingerprints text  not null
) with (fillfactor = 70);

-- The `seq` of the last report that was compared by fingerprints. A program from before them moves `seq` alone, and all is compared anew.
alter table cluster_reports add column compared_seq bigint;

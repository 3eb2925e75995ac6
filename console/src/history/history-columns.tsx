import { shortRevision } from "@drover/kit";
import type { HistoryEntry } from "@drover/proto/rest";
import { Text } from "@mantine/core";
import { Ago } from "../page/ago.tsx";
import { PageLink } from "../page/page-link.tsx";
import { paths } from "../paths.ts";
import type { Column } from "../table/data-table.tsx";
import { Status } from "../words/status.tsx";
import type { Difference } from "./compare.ts";

const where = <Of extends Pick<HistoryEntry, "cluster" | "application" | "environment">>(): readonly Column<Of>[] => [
  {
    id: "cluster",
    head: "Cluster",
    width: "minmax(9rem, 1fr)",
    cell: ({ cluster }) => <PageLink to={paths.cluster(cluster)}>{cluster}</PageLink>,
  },
  {
    id: "application",
    head: "Application",
    width: "minmax(8rem, 1fr)",
    cell: ({ application }) => <PageLink to={paths.application(application)}>{application}</PageLink>,
  },
  { id: "environment", head: "Environment", width: "minmax(8rem, 1fr)", cell: ({ environment }) => environment },
];

export const historyColumns: readonly Column<HistoryEntry>[] = [
  ...where<HistoryEntry>(),
  { id: "release", head: "Release", width: "minmax(8rem, 1fr)", cell: ({ release }) => release },
  { id: "revision", head: "Revision", width: "7rem", cell: ({ revision }) => <span title={revision}>{shortRevision(revision)}</span> },
  { id: "state", head: "State", width: "7rem", cell: ({ state }) => state },
  {
    id: "proven",
    head: "Proven",
    width: "8rem",
    cell: ({ proven }) =>
      proven ? (
        <Status word="Healthy">proven</Status>
      ) : (
        <Text span inherit c="dimmed">
          not by then
        </Text>
      ),
  },
  { id: "since", head: "Since", width: "8rem", cell: ({ since }) => <Ago time={since} /> },
];

export const differenceColumns: readonly Column<Difference>[] = [
  ...where<Difference>(),
  { id: "before", head: "Earlier", width: "minmax(9rem, 1fr)", cell: ({ before }) => inWords(before) },
  { id: "after", head: "Later", width: "minmax(9rem, 1fr)", cell: ({ after }) => inWords(after) },
  { id: "since", head: "Since", width: "8rem", cell: ({ after }) => after !== undefined && <Ago time={after.since} /> },
];

/** A cluster that was revoked keeps its release, and is no longer given any. */
function inWords(entry: HistoryEntry | undefined): string {
  if (entry === undefined) return "nothing";
  return entry.state === "Active" ? entry.release : `${entry.release}, ${entry.state.toLowerCase()}`;
}

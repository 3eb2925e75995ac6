import type { Cluster } from "@drover/proto/rest";
import { IconAlertTriangleFilled, IconTool } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { Ago } from "../page/ago.tsx";
import { Hint } from "../page/hint.tsx";
import { paths } from "../paths.ts";
import type { Column } from "../table/data-table.tsx";
import { Status } from "../words/status.tsx";
import { standingOf } from "../words/standing.ts";

export const clusterColumns: readonly Column<Cluster>[] = [
  {
    id: "name",
    head: "Cluster",
    width: "minmax(9rem, 1.5fr)",
    sortable: true,
    cell: ({ name, problem, maintenance }) => (
      <>
        <Link to={paths.cluster(name)} className="name">
          {name}
        </Link>
        {maintenance && (
          <Hint label="in maintenance: it reports, and changes nothing">
            <span role="img" aria-label="in maintenance">
              <IconTool size={14} aria-hidden />
            </span>
          </Hint>
        )}
        {problem !== undefined && (
          <Hint label={`${problem.code}: ${problem.message}`}>
            <span role="img" aria-label={problem.code}>
              <IconAlertTriangleFilled size={14} color="var(--drover-mark-red)" aria-hidden />
            </span>
          </Hint>
        )}
      </>
    ),
  },
  { id: "standing", head: "State", width: "7rem", sortable: true, cell: (cluster) => <Status word={standingOf(cluster)} /> },
  { id: "applications", head: "Applications", width: "8rem", cell: ({ applications }) => healthyOf(applications) },
  {
    id: "environments",
    head: "Environments",
    width: "minmax(7rem, 1fr)",
    sortable: true,
    cell: ({ environments }) => environments.join(", ") || <span className="dimmed">none: no labels match</span>,
  },
  {
    id: "labels",
    head: "Labels",
    width: "minmax(10rem, 3fr)",
    cell: ({ labels }) => {
      const text = labelsInWords(labels);
      return (
        <span className="dimmed" title={text}>
          {text}
        </span>
      );
    },
  },
  {
    id: "seen",
    head: "Last seen",
    width: "6.5rem",
    sortable: true,
    cell: ({ lastSeenAt }) => (lastSeenAt === undefined ? "never" : <Ago time={lastSeenAt} />),
  },
  { id: "kubernetes", head: "Kubernetes", width: "6.5rem", sortable: true, cell: ({ kubernetesVersion }) => kubernetesVersion ?? "–" },
  { id: "agent", head: "Agent", width: "5rem", sortable: true, cell: ({ agentVersion }) => agentVersion ?? "–" },
];

function healthyOf(applications: Cluster["applications"]): string {
  const total = Object.values(applications).reduce((sum, count) => sum + count, 0);
  return total === 0 ? "none" : `${applications.Healthy} of ${total} healthy`;
}

const labelsInWords = (labels: Cluster["labels"]): string =>
  Object.entries(labels)
    .map((pair) => pair.join("="))
    .join(", ");

import { Alert, Badge, Group } from "@mantine/core";
import type { Cluster } from "@drover/proto/rest";
import { Ago } from "../page/ago.tsx";
import { Asked } from "../page/asked.tsx";
import { Beside } from "../page/beside.tsx";
import { Page } from "../page/page.tsx";
import { Section } from "../page/section.tsx";
import { useClusterAudit } from "../queries/audit.ts";
import { useCluster, useClusterApplications, useClusterDrift, useClusterEvents } from "../queries/clusters.ts";
import { Status } from "../words/status.tsx";
import { standingOf } from "../words/standing.ts";
import { ClusterActions } from "./cluster-actions.tsx";
import { ClusterApplications } from "./cluster-applications.tsx";
import { ClusterAudit } from "./cluster-audit.tsx";
import { ClusterDrift } from "./cluster-drift.tsx";
import { ClusterEvents } from "./cluster-events.tsx";
import { ClusterFacts } from "./cluster-facts.tsx";
import { clusterRoute } from "./route.ts";
import { Loading } from "../page/loading.tsx";

export function ClusterPage() {
  const { cluster: name } = clusterRoute.useParams();
  const cluster = useCluster(name);
  const { data } = cluster;
  return (
    <Page
      title={name}
      within={[{ label: "Clusters", to: "/clusters" }]}
      badge={data !== undefined && <Standing cluster={data} />}
      actions={data !== undefined && <ClusterActions cluster={data} />}
    >
      <Asked of={cluster} height="70vh">
        {(known) => <WholeCluster cluster={known} />}
      </Asked>
    </Page>
  );
}

function Standing({ cluster }: { readonly cluster: Cluster }) {
  return (
    <Group gap="sm">
      <Status word={standingOf(cluster)} strong />
      {cluster.maintenance && (
        <Badge variant="light" color="grape">
          in maintenance
        </Badge>
      )}
    </Group>
  );
}

/** Once everything about it has been answered: it comes at once, and nothing on it moves. */
function WholeCluster({ cluster }: { readonly cluster: Cluster }) {
  const parts = [
    useClusterApplications(cluster.name),
    useClusterDrift(cluster.name, undefined),
    useClusterEvents(cluster.id),
    useClusterAudit(cluster.id),
  ];
  if (parts.some(({ isFetched }) => !isFetched)) return <Loading height="70vh" />;
  return <ClusterBody cluster={cluster} />;
}

function ClusterBody({ cluster }: { readonly cluster: Cluster }) {
  return (
    <>
      <Notices cluster={cluster} />
      <Beside
        sideIs="narrow"
        side={
          <>
            <Section title="About">
              <ClusterFacts cluster={cluster} />
            </Section>
            <Section title="Events" about="newest first">
              <ClusterEvents cluster={cluster.id} />
            </Section>
            <Section title="Audit" about="who did what to it">
              <ClusterAudit cluster={cluster.id} />
            </Section>
          </>
        }
      >
        <Section title="Applications">
          <ClusterApplications cluster={cluster.name} />
        </Section>
        <Section title="Drift" about="when objects differed from git, newest first">
          <ClusterDrift cluster={cluster.name} />
        </Section>
      </Beside>
    </>
  );
}

/** What makes everything below it old news. */
function Notices({ cluster: { state, lastSeenAt, maintenance, problem, name } }: { readonly cluster: Cluster }) {
  return (
    <>
      {problem !== undefined && (
        <Alert color="red" title={problem.code} className="from-server">
          {problem.message}
        </Alert>
      )}
      {(state === "Offline" || state === "Stale") && (
        <Alert color="orange" title={`${state}: what is shown is what its agent last said`}>
          The last report came {lastSeenAt === undefined ? "never" : <Ago time={lastSeenAt} />}. What runs there goes on running. Look at
          the agent's pod: kubectl -n drover-system logs deploy/drover-agent
        </Alert>
      )}
      {state === "Pending" && (
        <Alert color="blue" title="Its agent has not enrolled yet" className="from-server">
          Make an enrolment token above, or by: drover cluster token {name}
        </Alert>
      )}
      {state === "Revoked" && (
        <Alert color="gray" title="Its identity has been ended">
          What runs there goes on running and is no longer changed. With a new enrolment token it comes back.
        </Alert>
      )}
      {maintenance && (
        <Alert color="grape" title="In maintenance">
          Somebody paused the agent in the cluster: it reports, and changes nothing. To end it: kubectl -n drover-system annotate configmap
          drover-agent drover.dev/maintenance-
        </Alert>
      )}
    </>
  );
}

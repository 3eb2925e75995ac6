import { Alert } from "@mantine/core";
import { Page } from "../page/page.tsx";
import { Section } from "../page/section.tsx";
import { useProblems } from "../queries/fleet.ts";
import { ClusterTable } from "./cluster-table.tsx";
import { Environments } from "./environments.tsx";
import { LatestRollouts } from "./latest-rollouts.tsx";
import { OpenRollouts } from "./open-rollouts.tsx";

/** The fleet at a glance: what is where, what moves, and what holds it. */
export function FleetPage() {
  return (
    <Page title="Fleet">
      <Problems />
      <Section title="Environments">
        <Environments />
      </Section>
      <Section title="Rolling out">
        <OpenRollouts />
      </Section>
      <Section title="Clusters">
        <ClusterTable />
      </Section>
      <Section title="Latest rollouts">
        <LatestRollouts />
      </Section>
    </Page>
  );
}

/** Files of the fleet repository that are not in force as they stand. */
function Problems() {
  const { data = [] } = useProblems();
  return data.map(({ path, problem }) => (
    <Alert key={path} color="red" title={`${path}: ${problem.code}`} className="from-server">
      {problem.message}
    </Alert>
  ));
}

import { Alert, Container, Stack, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useProblems } from "../queries.ts";
import { useLive } from "../use-live.ts";
import { ClusterTable } from "./cluster-table.tsx";
import { Environments } from "./environments.tsx";
import { FleetHeader } from "./fleet-header.tsx";
import { LatestRollouts } from "./latest-rollouts.tsx";
import { OpenRollouts } from "./open-rollouts.tsx";

/** The fleet at a glance: what is where, what moves, and what holds it. */
export function FleetPage() {
  const connection = useLive();
  return (
    <>
      <FleetHeader connection={connection} />
      <Container component="main" size="xl" py="lg">
        <Stack gap="xl">
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
        </Stack>
      </Container>
    </>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Stack component="section" gap="sm" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {children}
    </Stack>
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

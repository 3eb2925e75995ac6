import type { Cluster, Environment, Placement } from "@drover/proto/rest";
import { Badge, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useClusters } from "../queries/clusters.ts";
import { useEnvironments, usePlacements } from "../queries/environments.ts";
import { Asked } from "../page/asked.tsx";
import { NextStep } from "../page/next-step.tsx";
import { inPromotionOrder } from "../words/promotion-order.ts";
import { StandingBar } from "./standing-bar.tsx";

export function Environments() {
  const environments = useEnvironments();
  const { data: clusters } = useClusters();
  return (
    <Asked of={environments}>
      {({ items }) =>
        items.length === 0 ? (
          <NextStep
            text="There is no environment yet. It is a file in the fleet repository, which names its clusters by their labels:"
            command={"# environments/staging.yaml\nclusterSelector:\n  matchLabels: { environment: staging }"}
          />
        ) : (
          <div className="side-by-side">
            {inPromotionOrder(items).map((environment) => (
              <EnvironmentCard key={environment.name} environment={environment} clusters={clusters?.items ?? []} />
            ))}
          </div>
        )
      }
    </Asked>
  );
}

function EnvironmentCard({ environment, clusters }: { readonly environment: Environment; readonly clusters: readonly Cluster[] }) {
  const { name, spec } = environment;
  const { total, connected } = environment.clusters;
  const members = clusters.filter(({ environments }) => environments.includes(name));
  return (
    <Card withBorder component="article">
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap">
          <Title order={3} size="h5" className="from-server">
            {name}
          </Title>
          <Text size="sm" c="dimmed">
            {connected} of {total} connected
          </Text>
        </Group>
        {spec.promotesFrom !== undefined && (
          <Text size="sm" c="dimmed">
            promoted from {spec.promotesFrom.join(", ")}
          </Text>
        )}
        <StandingBar clusters={members} />
        <Placements environment={name} />
      </Stack>
    </Card>
  );
}

function Placements({ environment }: { readonly environment: string }) {
  return (
    <Asked of={usePlacements(environment)}>
      {({ items }) =>
        items.length === 0 ? (
          <Text size="sm" c="dimmed">
            Nothing is placed here. Promote: drover promote APPLICATION --to {environment} --revision REVISION
          </Text>
        ) : (
          <Stack gap={6}>
            {items.map((placement) => (
              <PlacementLine key={placement.application} placement={placement} />
            ))}
          </Stack>
        )
      }
    </Asked>
  );
}

function PlacementLine({ placement }: { readonly placement: Placement }) {
  const { application, release, problem, summary } = placement;
  return (
    <>
      <Group gap="xs" className="from-server">
        <Text fw={500}>{application}</Text>
        <Badge variant="light">{release?.name ?? "no release"}</Badge>
        <Text size="sm" c="dimmed">
          proven on {summary.proven} of {summary.clusters}
        </Text>
        {summary.drifted > 0 && (
          <Badge variant="light" color="yellow">
            {summary.drifted} drifted
          </Badge>
        )}
      </Group>
      {problem !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)" className="from-server">
          {problem.code}: {problem.message}
        </Text>
      )}
    </>
  );
}

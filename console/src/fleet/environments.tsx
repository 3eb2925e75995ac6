import type { Cluster, Environment } from "@drover/proto/rest";
import { Card, Text } from "@mantine/core";
import { Asked } from "../page/asked.tsx";
import { NextStep } from "../page/next-step.tsx";
import { useClusters } from "../queries/clusters.ts";
import { useEnvironments } from "../queries/environments.ts";
import { inPromotionOrder } from "../words/promotion-order.ts";
import classes from "./fleet.module.css";
import { StandingBar, StandingWords } from "./standing-bar.tsx";

/** Each environment's clusters as one bar, in the order in which a revision passes them. */
export function Environments() {
  const environments = useEnvironments();
  const { data: clusters } = useClusters();
  return (
    <Asked of={environments} height={148}>
      {({ items }) =>
        items.length === 0 ? (
          <NextStep
            text="There is no environment yet. It is a file in the fleet repository, which names its clusters by their labels:"
            command={"# environments/staging.yaml\nclusterSelector:\n  matchLabels: { environment: staging }"}
          />
        ) : (
          <Card withBorder p={0}>
            {inPromotionOrder(items).map((environment) => (
              <EnvironmentLine key={environment.name} environment={environment} clusters={clusters?.items ?? []} />
            ))}
          </Card>
        )
      }
    </Asked>
  );
}

function EnvironmentLine({ environment, clusters }: { readonly environment: Environment; readonly clusters: readonly Cluster[] }) {
  const { name, applications } = environment;
  const { total } = environment.clusters;
  const members = clusters.filter(({ environments }) => environments.includes(name));
  return (
    <article className={classes["environment"]} aria-label={name}>
      <Text fw={600} className="from-server">
        {name}
      </Text>
      <StandingBar clusters={members} />
      <Text size="sm" ta="right">
        {total.toLocaleString()} {total === 1 ? "cluster" : "clusters"}
      </Text>
      <Text size="xs" c="dimmed">
        {applications.length} {applications.length === 1 ? "application" : "applications"}
      </Text>
      <div className={classes["words"]}>
        <StandingWords clusters={members} />
      </div>
    </article>
  );
}

import type { Environment } from "@drover/proto/rest";
import { Card, Text } from "@mantine/core";
import { useMemo } from "react";
import { Asked } from "../page/asked.tsx";
import { NextStep } from "../page/next-step.tsx";
import { useClusters } from "../queries/clusters.ts";
import { useEnvironments } from "../queries/environments.ts";
import { inPromotionOrder } from "../words/promotion-order.ts";
import { tallyByEnvironment, type Tally } from "../words/standing.ts";
import classes from "./fleet.module.css";
import { StandingBar, StandingWords } from "./standing-bar.tsx";

/** Each environment's clusters as one bar, in the order in which a revision passes them. */
export function Environments() {
  const environments = useEnvironments();
  const { data: clusters } = useClusters();
  const counts = useMemo(() => tallyByEnvironment(clusters?.items ?? []), [clusters]);
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
              <EnvironmentLine key={environment.name} environment={environment} counts={counts.get(environment.name) ?? []} />
            ))}
          </Card>
        )
      }
    </Asked>
  );
}

function EnvironmentLine({ environment, counts }: { readonly environment: Environment; readonly counts: Tally }) {
  const { name, applications } = environment;
  const { total } = environment.clusters;
  return (
    <article className={classes["environment"]} aria-label={name}>
      <Text fw={600} className="from-server">
        {name}
      </Text>
      <StandingBar counts={counts} />
      <Text size="sm" ta="right">
        {total.toLocaleString()} {total === 1 ? "cluster" : "clusters"}
      </Text>
      <Text size="xs" c="dimmed">
        {applications.length} {applications.length === 1 ? "application" : "applications"}
      </Text>
      <div className={classes["words"]}>
        <StandingWords counts={counts} />
      </div>
    </article>
  );
}

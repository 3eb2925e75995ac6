import { useNavigate } from "@tanstack/react-router";
import { PermittedButton } from "../change/permitted-button.tsx";
import { Asked } from "../page/asked.tsx";
import { NextStep } from "../page/next-step.tsx";
import { Page } from "../page/page.tsx";
import { Section } from "../page/section.tsx";
import { useClusters } from "../queries/clusters.ts";
import { ClusterMap } from "./cluster-map.tsx";
import { Environments } from "./environments.tsx";
import classes from "./fleet.module.css";
import { FleetFigures } from "./fleet-figures.tsx";
import { FleetProblems } from "./fleet-problems.tsx";
import { LatestRollouts } from "./latest-rollouts.tsx";
import { OpenRollouts } from "./open-rollouts.tsx";
import { Versions } from "./versions.tsx";

/** The fleet at a glance: what is where, what moves, and what holds it. */
export function FleetPage() {
  const clusters = useClusters();
  const navigate = useNavigate();
  return (
    <Page
      title="Fleet"
      actions={
        <PermittedButton
          wish={{ permission: "cluster.register" }}
          onClick={() => void navigate({ to: "/clusters", search: { add: "yes" } })}
        >
          Add a cluster
        </PermittedButton>
      }
    >
      <FleetProblems />
      <FleetFigures />
      <div className={classes["columns"]}>
        <div className={classes["column"]}>
          <Section title="Environments">
            <Environments />
          </Section>
          <Section title="Clusters" about="each square is one, by name">
            <Asked of={clusters} height={240}>
              {({ items }) => (items.length === 0 ? <FirstCluster /> : <ClusterMap clusters={items} />)}
            </Asked>
          </Section>
          <Section title="Versions">
            <Versions />
          </Section>
        </div>
        <div className={classes["column"]}>
          <Section title="Rolling out">
            <OpenRollouts />
          </Section>
          <Section title="Lately">
            <LatestRollouts />
          </Section>
        </div>
      </div>
    </Page>
  );
}

function FirstCluster() {
  return (
    <NextStep
      text="There is no cluster yet. This registers one, and answers how to start its agent:"
      command="drover cluster add NAME --label environment=staging"
    />
  );
}

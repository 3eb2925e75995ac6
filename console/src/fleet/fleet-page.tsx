import { useNavigate } from "@tanstack/react-router";
import { PermittedButton } from "../change/permitted-button.tsx";
import { NewFile } from "../fleet-file/new-file.tsx";
import { Asked } from "../page/asked.tsx";
import { FirstCluster } from "../clusters/first-cluster.tsx";
import { Beside } from "../page/beside.tsx";
import { Page } from "../page/page.tsx";
import { Section } from "../page/section.tsx";
import { useClusters } from "../queries/clusters.ts";
import { useEnvironments } from "../queries/environments.ts";
import { useFleetSummary, useProblems } from "../queries/fleet.ts";
import { useLatestRollouts, useOpenRollouts } from "../queries/rollouts.ts";
import { ClusterMap } from "./cluster-map.tsx";
import { Environments } from "./environments.tsx";
import { FleetFigures } from "./fleet-figures.tsx";
import { FleetProblems } from "./fleet-problems.tsx";
import { LatestRollouts } from "./latest-rollouts.tsx";
import { OpenRollouts } from "./open-rollouts.tsx";
import { Versions } from "./versions.tsx";
import { Loading } from "../page/loading.tsx";

/** The fleet at a glance: what is where, what moves, and what holds it. */
export function FleetPage() {
  const isComplete = useIsComplete();
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
      {isComplete ? <FleetBody /> : <Loading height="70vh" />}
    </Page>
  );
}

function FleetBody() {
  const clusters = useClusters();
  return (
    <>
      <FleetProblems />
      <FleetFigures />
      <Beside
        sideIs="wide"
        side={
          <>
            <Section title="Rolling out">
              <OpenRollouts />
            </Section>
            <Section title="Lately">
              <LatestRollouts />
            </Section>
          </>
        }
      >
        <Section title="Environments" actions={<NewFile collection="environments" />}>
          <Environments />
        </Section>
        <Section title="Clusters" about="each square is one, by name">
          <Asked of={clusters} height={240}>
            {({ items, cut }) => (items.length === 0 ? <FirstCluster /> : <ClusterMap clusters={items} cut={cut} />)}
          </Asked>
        </Section>
        <Section title="Versions">
          <Versions />
        </Section>
      </Beside>
    </>
  );
}

/** Once everything that the page shows has been answered, one way or the other: it comes at once, and nothing on it moves. */
function useIsComplete(): boolean {
  const parts = [useClusters(), useEnvironments(), useOpenRollouts(), useLatestRollouts(), useFleetSummary(), useProblems()];
  return parts.every(({ isFetched }) => isFetched);
}

import type { Rollout } from "@drover/proto/rest";
import { Card, Group, Text } from "@mantine/core";
import { Ago } from "../page/ago.tsx";
import { Asked } from "../page/asked.tsx";
import { NextStep } from "../page/next-step.tsx";
import { PageLink } from "../page/page-link.tsx";
import { paths } from "../paths.ts";
import { useOpenRollouts, useWhy } from "../queries/rollouts.ts";
import { countsInWords, holdInWords, inLocalTime } from "../words/rollout-words.ts";
import { Status } from "../words/status.tsx";
import classes from "./fleet.module.css";
import { TargetBar } from "./target-bar.tsx";

export function OpenRollouts() {
  return (
    <Asked of={useOpenRollouts()} height={220}>
      {(rollouts) =>
        rollouts.length === 0 ? (
          <NextStep
            text="Nothing is rolling out. Begin by promoting a revision:"
            command="drover promote APPLICATION --to ENVIRONMENT --revision REVISION"
          />
        ) : (
          <Card withBorder p={0}>
            {rollouts.map((rollout) => (
              <RolloutLine key={rollout.id} rollout={rollout} />
            ))}
          </Card>
        )
      }
    </Asked>
  );
}

function RolloutLine({ rollout }: { readonly rollout: Rollout }) {
  const { id, environment, release, phase, targets, holds, actor, createdAt } = rollout;
  return (
    <article className={classes["rollout"]} aria-label={`${release} in ${environment}`}>
      <Group justify="space-between" wrap="nowrap" align="baseline">
        <Text fw={600} className="from-server">
          <PageLink to={paths.rollout(id)} c="inherit">
            {release}
          </PageLink>{" "}
          <Text span c="dimmed" fw={400}>
            in {environment}
          </Text>
        </Text>
        <Text size="sm" component="div">
          <Status word={phase} strong />
        </Text>
      </Group>
      <TargetBar targets={targets} />
      <Group justify="space-between" gap="xs">
        <Text size="xs">{countsInWords(targets, phase)}</Text>
        <Text size="xs" c="dimmed" className="from-server">
          {actor}, <Ago time={createdAt} />
        </Text>
      </Group>
      {phase === "Halted" ? (
        <HaltedBecause rollout={id} />
      ) : (
        holds.length > 0 && (
          <ul className={classes["holds"]} aria-label="Held because">
            {holds.map((hold) => (
              <Text component="li" size="xs" c="dimmed" key={`${hold.kind} ${hold.message}`} className="from-server">
                {holdInWords(hold)}
              </Text>
            ))}
          </ul>
        )
      )}
    </article>
  );
}

/** The nearest thing that somebody can do something about: the end of the chain. */
function HaltedBecause({ rollout }: { readonly rollout: string }) {
  const { data = [] } = useWhy(rollout);
  const last = data.at(-1);
  if (last === undefined) return null;
  return (
    <Text size="xs" c="var(--mantine-color-error)" className="from-server">
      {inLocalTime(last.message)}
    </Text>
  );
}

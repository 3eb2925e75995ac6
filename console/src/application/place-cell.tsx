import { healthOf, type Placement, syncOf } from "@drover/proto/rest";
import { Badge, Group, Text } from "@mantine/core";
import { PageLink } from "../page/page-link.tsx";
import { paths } from "../paths.ts";
import { Status } from "../words/status.tsx";

/** An application in an environment, in short: what it wants, how its clusters are, and what moves. */
export function PlaceCell({ placement }: { readonly placement: Placement | undefined }) {
  if (placement === undefined)
    return (
      <Text size="sm" c="dimmed">
        —
      </Text>
    );
  const { release, summary, problem, rollout } = placement;
  return (
    <>
      <Group gap={8}>
        <Text size="sm" fw={500}>
          {release?.name ?? "no release"}
        </Text>
        {rollout !== undefined && rollout.phase !== "Completed" && (
          <PageLink to={paths.rollout(rollout.id)} size="sm">
            {rollout.phase}
          </PageLink>
        )}
        {problem !== undefined && (
          <Badge variant="light" color="red" title={problem.message}>
            {problem.code}
          </Badge>
        )}
      </Group>
      {summary.clusters > 0 && (
        <Text size="sm" component="div">
          <Group gap={8}>
            <Counted word={healthOf(placement)} count={unhealthy(summary)} />
            <Counted word={syncOf(placement)} count={summary.clusters - summary.current} />
          </Group>
          <Text size="xs" c="dimmed">
            {summary.current} of {summary.clusters} on it{summary.drifted > 0 && `, ${summary.drifted} drifted`}
          </Text>
        </Text>
      )}
    </>
  );
}

/** How many clusters are why it is not well. */
function Counted({ word, count }: { readonly word: string; readonly count: number }) {
  const isWell = word === "Healthy" || word === "Synced";
  return <Status word={word}>{isWell || count === 0 ? word : `${word} ${count}`}</Status>;
}

function unhealthy(summary: Placement["summary"]): number {
  const word = healthOf({ summary });
  return word === "Healthy" ? 0 : summary.health[word];
}

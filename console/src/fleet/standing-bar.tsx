import type { Cluster } from "@drover/proto/rest";
import { Badge, Group, Progress, Text } from "@mantine/core";
import { standingColor, tally } from "../words/standing.ts";

/** How the clusters stand: as a bar for the eye, as counted words for everybody. */
export function StandingBar({ clusters }: { readonly clusters: readonly Cluster[] }) {
  const counts = tally(clusters);
  if (counts.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No cluster has labels that match.
      </Text>
    );
  return (
    <>
      <Progress.Root size="lg" aria-hidden>
        {counts.map(([standing, count]) => (
          <Progress.Section key={standing} value={(count / clusters.length) * 100} color={`${standingColor[standing]}.5`} />
        ))}
      </Progress.Root>
      <Group gap="xs">
        {counts.map(([standing, count]) => (
          <Badge key={standing} variant="light" color={standingColor[standing]}>
            {count} {standing}
          </Badge>
        ))}
      </Group>
    </>
  );
}

import type { Placement } from "@drover/proto/rest";
import { Badge, Group, Progress, Text } from "@mantine/core";

const healths = [
  ["Degraded", "red"],
  ["Missing", "red"],
  ["Progressing", "blue"],
  ["Unknown", "gray"],
  ["Suspended", "grape"],
  ["Healthy", "teal"],
] as const;

/** How the clusters of a place do: a bar for the eye, counted words for everybody. */
export function HealthLine({ summary }: { readonly summary: Placement["summary"] }) {
  const { clusters, current, proven, drifted, health } = summary;
  if (clusters === 0)
    return (
      <Text size="sm" c="dimmed">
        no cluster has it yet
      </Text>
    );
  const present = healths.filter(([word]) => health[word] > 0);
  return (
    <div>
      <Progress.Root size="sm" aria-hidden mb={6}>
        {present.map(([word, color]) => (
          <Progress.Section key={word} value={(health[word] / clusters) * 100} color={color} />
        ))}
      </Progress.Root>
      <Group gap={6}>
        {present.map(([word, color]) => (
          <Badge key={word} variant="light" color={color}>
            {health[word]} {word}
          </Badge>
        ))}
        {drifted > 0 && (
          <Badge variant="light" color="yellow">
            {drifted} drifted
          </Badge>
        )}
      </Group>
      <Text size="sm" c="dimmed" mt={6}>
        {current} of {clusters} on this revision, proven on {proven}
      </Text>
    </div>
  );
}

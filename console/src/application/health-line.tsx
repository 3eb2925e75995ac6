import type { Placement } from "@drover/proto/rest";
import { Group, Progress, Text } from "@mantine/core";
import { Status } from "../words/status.tsx";

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
  const { clusters, current, drifted, health } = summary;
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
          <Progress.Section key={word} value={(health[word] / clusters) * 100} color={`var(--drover-fill-${color})`} />
        ))}
      </Progress.Root>
      <Group gap="sm">
        {present.map(([word]) => (
          <Text key={word} size="sm" span>
            <Status word={word}>{`${health[word]} ${word}`}</Status>
          </Text>
        ))}
        {drifted > 0 && (
          <Text size="sm" span>
            <Status word="Drifted">{`${drifted} drifted`}</Status>
          </Text>
        )}
      </Group>
      <Text size="sm" c="dimmed" mt={6}>
        {current} of {clusters} on this revision{provenInWords(summary)}
      </Text>
    </div>
  );
}

/** A cluster has proven what it was given, be it this revision or the one before, once it reported that well. */
function provenInWords({ clusters, current, proven }: Placement["summary"]): string {
  if (proven < clusters) return `, ${clusters - proven} still to prove what they have`;
  return current === clusters ? ", all proven" : "";
}

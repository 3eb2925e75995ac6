import { formatAge, plural } from "@drover/kit";
import type { PreviewCluster, PreviewedRollout, RolloutPreview } from "@drover/proto/rest";
import { Alert, Badge, Group, List, Stack, Table, Text } from "@mantine/core";
import { holdInWords } from "../words/rollout-words.ts";
import { effectsInWords } from "./plan-words.ts";
import { PlanChanges } from "./plan-changes.tsx";

const shownClusters = 200;

/** What a promotion would do, before anybody does it. */
export function PlanView({ plan }: { readonly plan: RolloutPreview }) {
  if (plan.problem !== undefined)
    return (
      <Alert color="red" title={plan.problem.code}>
        Nothing would move: {plan.problem.message}
      </Alert>
    );
  return (
    <Stack gap="sm">
      <Text size="sm" fw={500} role="status">
        {effectsInWords(plan)}
      </Text>
      {plan.warnings.length > 0 && (
        <Alert color="yellow" title="Legal, and maybe a surprise">
          <List size="sm">
            {plan.warnings.map((warning) => (
              <List.Item key={`${warning.kind} ${warning.message}`}>{holdInWords(warning)}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {plan.rollouts.map((rollout) => (
        <Waves key={rollout.scope} rollout={rollout} />
      ))}
      <PlanChanges changes={plan.changes} />
      <Clusters clusters={plan.clusters} />
    </Stack>
  );
}

function Waves({ rollout: { scope, supersedes, waves, holds } }: { readonly rollout: PreviewedRollout }) {
  return (
    <div>
      {scope === "Clusters" && <Text size="sm">Over the clusters that the pin names:</Text>}
      {supersedes !== undefined && <Text size="sm">It takes the place of the rollout that is under way.</Text>}
      <Table verticalSpacing={4} aria-label="Waves">
        <Table.Thead>
          <Table.Tr>
            {["Wave", "Clusters", "At once", "Soak", "Gates"].map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {waves.map(({ index, name, clusters, maxConcurrency, soakSeconds, gates }) => (
            <Table.Tr key={index}>
              <Table.Td fw={500}>{name}</Table.Td>
              <Table.Td>{clusters}</Table.Td>
              <Table.Td>{maxConcurrency}</Table.Td>
              <Table.Td>{soakSeconds === 0 ? "none" : formatAge(soakSeconds * 1000)}</Table.Td>
              <Table.Td>
                {gates.length === 0
                  ? "none"
                  : gates.map(({ when, name: gate, type }) => `${when.toLowerCase()}: ${gate} (${type})`).join(", ")}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {holds.map((hold) => (
        <Text key={`${hold.kind} ${hold.message}`} size="sm" mt={4}>
          Waits: {holdInWords(hold)}
        </Text>
      ))}
    </div>
  );
}

function Clusters({ clusters }: { readonly clusters: readonly PreviewCluster[] }) {
  if (clusters.length === 0) return null;
  return (
    <details>
      <Text component="summary" size="sm" fw={500}>
        Every cluster ({clusters.length})
      </Text>
      <Table verticalSpacing={4} mt="xs" aria-label="Clusters">
        <Table.Tbody>
          {clusters.slice(0, shownClusters).map(({ cluster, effect, change, because }) => (
            <Table.Tr key={cluster}>
              <Table.Td fw={500}>{cluster}</Table.Td>
              <Table.Td>
                <Group gap={6}>
                  <Badge variant="light" color={effect === "Held" ? "yellow" : "gray"}>
                    {effect}
                  </Badge>
                  {change !== undefined && <Text size="sm">change {change}</Text>}
                </Group>
              </Table.Td>
              <Table.Td>{because === undefined ? "" : holdInWords(because)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {clusters.length > shownClusters && (
        <Text size="sm" c="dimmed">
          and {plural(clusters.length - shownClusters, "cluster")} more
        </Text>
      )}
    </details>
  );
}

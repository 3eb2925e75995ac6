import { formatAge, plural } from "@drover/kit";
import type { PreviewCluster, PreviewedRollout, RolloutPreview } from "@drover/proto/rest";
import { Alert, Badge, Group, List, Stack, Text } from "@mantine/core";
import { holdInWords } from "../words/rollout-words.ts";
import { effectsInWords } from "./plan-words.ts";
import { PlanChanges } from "./plan-changes.tsx";
import { PlainTable } from "../table/plain-table.tsx";

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
      <PlainTable label="Waves" heads={["Wave", "Clusters", "At once", "Soak", "Gates"]}>
        {waves.map(({ index, name, clusters, maxConcurrency, soakSeconds, gates }) => (
          <tr key={index}>
            <td className="strong">{name}</td>
            <td>{clusters}</td>
            <td>{maxConcurrency}</td>
            <td>{soakSeconds === 0 ? "none" : formatAge(soakSeconds * 1000)}</td>
            <td>
              {gates.length === 0
                ? "none"
                : gates.map(({ when, name: gate, type }) => `${when.toLowerCase()}: ${gate} (${type})`).join(", ")}
            </td>
          </tr>
        ))}
      </PlainTable>
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
      <PlainTable label="Clusters">
        {clusters.slice(0, shownClusters).map(({ cluster, effect, change, because }) => (
          <tr key={cluster}>
            <td className="strong">{cluster}</td>
            <td>
              <Group gap={6}>
                <Badge variant="light" color={effect === "Held" ? "yellow" : "gray"}>
                  {effect}
                </Badge>
                {change !== undefined && <Text size="sm">change {change}</Text>}
              </Group>
            </td>
            <td>{because === undefined ? "" : holdInWords(because)}</td>
          </tr>
        ))}
      </PlainTable>
      {clusters.length > shownClusters && (
        <Text size="sm" c="dimmed">
          and {plural(clusters.length - shownClusters, "cluster")} more
        </Text>
      )}
    </details>
  );
}

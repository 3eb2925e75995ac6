import type { Cluster } from "@drover/proto/rest";
import { Badge, Card, Group, Table, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useClusters } from "../queries/clusters.ts";
import { Ago } from "../page/ago.tsx";
import { Asked } from "../page/asked.tsx";
import { NextStep } from "../page/next-step.tsx";
import { standingColor, standingOf, standings } from "../words/standing.ts";

/** More would make the page slow; the filter finds the others. */
const maxRows = 200;

export function ClusterTable() {
  const [filter, setFilter] = useState("");
  return (
    <Asked of={useClusters()}>
      {({ items, cut }) => {
        if (items.length === 0)
          return (
            <NextStep
              text="There is no cluster yet. This registers one, and answers how to start its agent:"
              command="./drover cluster add NAME --label environment=staging"
            />
          );
        const found = worstFirst(items.filter((cluster) => matches(cluster, filter)));
        return (
          <Card withBorder>
            <Group justify="space-between" mb="sm">
              <TextInput
                aria-label="Filter clusters"
                placeholder="name, environment, state or label=value"
                w={320}
                value={filter}
                onChange={(event) => setFilter(event.currentTarget.value)}
              />
              <Text size="sm" c="dimmed" role="status">
                {Math.min(found.length, maxRows)} of {items.length}
                {cut ? " and more" : ""}
              </Text>
            </Group>
            <Table.ScrollContainer minWidth={900} type="native">
              <Table highlightOnHover verticalSpacing="xs">
                <Table.Thead>
                  <Table.Tr>
                    {["Cluster", "State", "Applications", "Environments", "Last seen", "Kubernetes", "Agent"].map((head) => (
                      <Table.Th key={head}>{head}</Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {found.slice(0, maxRows).map((cluster) => (
                    <ClusterRow key={cluster.id} cluster={cluster} />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          </Card>
        );
      }}
    </Asked>
  );
}

function ClusterRow({ cluster }: { readonly cluster: Cluster }) {
  const { name, applications, environments, lastSeenAt, kubernetesVersion, agentVersion, problem } = cluster;
  const standing = standingOf(cluster);
  const total = Object.values(applications).reduce((sum, count) => sum + count, 0);
  return (
    <Table.Tr className="from-server">
      <Table.Td fw={500}>
        {name}
        {problem !== undefined && (
          <Text size="sm" c="var(--mantine-color-error)">
            {problem.code}: {problem.message}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Badge variant="light" color={standingColor[standing]}>
          {standing}
        </Badge>
      </Table.Td>
      <Table.Td>{total === 0 ? "none" : `${applications.Healthy} of ${total} healthy`}</Table.Td>
      <Table.Td>{environments.join(", ") || "none: no labels match"}</Table.Td>
      <Table.Td>{lastSeenAt === undefined ? "never" : <Ago time={lastSeenAt} />}</Table.Td>
      <Table.Td>{kubernetesVersion ?? "unknown"}</Table.Td>
      <Table.Td>{agentVersion ?? "unknown"}</Table.Td>
    </Table.Tr>
  );
}

const worstFirst = (clusters: readonly Cluster[]): readonly Cluster[] =>
  clusters.toSorted((a, b) => standings.indexOf(standingOf(a)) - standings.indexOf(standingOf(b)) || a.name.localeCompare(b.name));

function matches(cluster: Cluster, filter: string): boolean {
  const words = [
    cluster.name,
    ...cluster.environments,
    standingOf(cluster),
    ...Object.entries(cluster.labels).map((pair) => pair.join("=")),
  ];
  return words.some((word) => word.toLowerCase().includes(filter.trim().toLowerCase()));
}

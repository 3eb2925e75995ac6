import { plural } from "@drover/kit";
import type { Removal } from "@drover/proto/rest";
import { Badge, Card, Group, List, Stack, Text } from "@mantine/core";
import { Ago } from "../page/ago.tsx";
import { inLocalTime } from "../words/rollout-words.ts";
import { Nothing } from "../page/nothing.tsx";

/** What is on its way out, and whom it waits for. */
export function Removals({ removals }: { readonly removals: readonly Removal[] }) {
  if (removals.length === 0) return <Nothing>Nothing is being removed.</Nothing>;
  return (
    <Stack gap="sm">
      {removals.map((removal) => (
        <Card key={`${removal.kind} ${nameOf(removal)}`} withBorder component="article" className="from-server">
          <Group gap="xs">
            <Text fw={600}>{nameOf(removal)}</Text>
            <Badge variant="light" color={removal.deletionPolicy === "Delete" ? "red" : "gray"}>
              {removal.deletionPolicy === "Delete" ? "objects are deleted" : "objects stay"}
            </Badge>
            <Text size="sm" c="dimmed">
              <Ago time={removal.createdAt} />
            </Text>
          </Group>
          {removal.reason !== undefined && <Text size="sm">{removal.reason}</Text>}
          <Text size="sm" mt={4}>
            {removal.waiting === 0 ? "Every agent has done it." : `Waits for ${plural(removal.waiting, "agent")}:`}
          </Text>
          <List size="sm">
            {removal.waitingFor.map(({ cluster, application, clusterState, reason, message }) => (
              <List.Item key={`${cluster} ${application}`}>
                {application} on {cluster} ({clusterState}){reason !== undefined && `: ${reason}`}
                {message !== undefined && ` ${inLocalTime(message)}`}
              </List.Item>
            ))}
          </List>
        </Card>
      ))}
    </Stack>
  );
}

const nameOf = ({ kind, application, environment, cluster }: Removal): string =>
  kind === "Cluster" ? `cluster ${cluster ?? ""}` : `${application ?? ""} in ${environment ?? "every environment"}`;

import { Card, Text, Timeline } from "@mantine/core";
import { Ago } from "../page/ago.tsx";
import { Asked } from "../page/asked.tsx";
import { useClusterAudit } from "../queries/audit.ts";
import { Nothing } from "../page/nothing.tsx";

/** What people, and its agent, did to the cluster. What happened on it are its events. */
export function ClusterAudit({ cluster }: { readonly cluster: string }) {
  return (
    <Asked of={useClusterAudit(cluster)} height={160}>
      {(entries) => (
        <Card withBorder>
          {entries.length === 0 ? (
            <Nothing>Nobody has done anything to it yet.</Nothing>
          ) : (
            <Timeline bulletSize={10} lineWidth={1} active={-1}>
              {entries.map(({ id, at, actor, action, result }) => (
                <Timeline.Item key={id} className="from-server">
                  <Text size="sm">
                    {action}
                    {result === "Refused" && " (refused)"}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {actor.startsWith("clusters/") ? "its agent" : actor}, <Ago time={at} />
                  </Text>
                </Timeline.Item>
              ))}
            </Timeline>
          )}
        </Card>
      )}
    </Asked>
  );
}

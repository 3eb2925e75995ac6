import type { VersionCount } from "@drover/proto/rest";
import { Card, Stack, Text } from "@mantine/core";
import { Asked } from "../page/asked.tsx";
import { useFleetSummary } from "../queries/fleet.ts";
import classes from "./fleet.module.css";
import { newestFirst } from "./newest-first.ts";

export function Versions() {
  return (
    <Asked of={useFleetSummary()} height={104}>
      {({ kubernetesVersions, agentVersions }) => (
        <Card withBorder>
          <div className={classes["halves"]}>
            <VersionList title="Kubernetes" versions={kubernetesVersions} />
            <VersionList title="Agent" versions={agentVersions} />
          </div>
        </Card>
      )}
    </Asked>
  );
}

function VersionList({ title, versions }: { readonly title: string; readonly versions: readonly VersionCount[] }) {
  const total = versions.reduce((sum, { clusters }) => sum + clusters, 0);
  return (
    <Stack gap={4}>
      <Text size="xs" c="dimmed" fw={550}>
        {title}
      </Text>
      {versions.length === 0 && <Text size="sm">no cluster has said yet</Text>}
      {newestFirst(versions).map(({ version, clusters }) => (
        <Text key={version} size="sm" component="div" className={classes["version"]}>
          <span className="from-server">{version}</span>
          <span className={classes["bar"]} aria-hidden>
            <span style={{ width: `${(clusters / total) * 100}%`, background: "var(--drover-fill-blue)" }} />
          </span>
          <span>{clusters.toLocaleString()}</span>
        </Text>
      ))}
    </Stack>
  );
}

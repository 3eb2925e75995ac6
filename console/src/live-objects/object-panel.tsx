import type { TreeNode } from "./answers.ts";
import { Code, Group, Stack, Tabs, Text, Title } from "@mantine/core";
import { useWhyNot } from "../change/use-why-not.ts";
import { Asked } from "../page/asked.tsx";
import { Differences } from "./differences.tsx";
import { LogView } from "./log-view.tsx";
import { ObjectEvents } from "./object-events.tsx";
import { useDifferences, useLiveObject } from "./queries.ts";
import { openingTab } from "./made-for.ts";
import { objectTabs, type ObjectTab } from "./object-tabs.ts";
import type { ObjectName } from "./tree-rows.ts";
import { yamlOf } from "./yaml-of.ts";
import { Status } from "../words/status.tsx";

interface ObjectPanelProps {
  readonly cluster: string;
  readonly application: string;
  readonly object: ObjectName;
  readonly node: TreeNode | undefined;
  /** What git holds and the object came of, when Kubernetes made it. */
  readonly owner: TreeNode | undefined;
  /** None while nobody has chosen one. */
  readonly tab: ObjectTab | undefined;
  readonly onTab: (tab: ObjectTab) => void;
}

/** All that one can ask of one object. Each tab asks the agent only while it is looked at. */
export function ObjectPanel({ cluster, application, object, node, owner, tab, onTab }: ObjectPanelProps) {
  const isPod = object.kind === "Pod" && object.group === "core";
  const mayReadLogs = useWhyNot({ permission: "logs.read" }) === undefined;
  const shown = tab === undefined || (tab === "logs" && !isPod) ? openingTab({ isPod, isMade: owner !== undefined, mayReadLogs }) : tab;
  return (
    <Stack gap="sm" className="from-server">
      <div>
        <Group gap="xs">
          <Title order={3} size="h5">
            {object.kind} {object.name}
          </Title>
          {node !== undefined && <Status word={node.health} />}
          {node?.sync !== undefined && <Status word={node.sync} />}
        </Group>
        <Text size="sm" c="dimmed">
          {object.namespace === "-" ? "of the cluster itself" : `namespace ${object.namespace}`}
          {node?.container !== undefined && ` · container ${node.container}`}
        </Text>
        {node?.message !== undefined && (
          <Text size="sm">
            {node.reason !== undefined && `${node.reason}: `}
            {node.message}
          </Text>
        )}
      </div>
      <Tabs value={shown} onChange={(value) => onTab(objectTabs.find((one) => one === value) ?? "diff")} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="diff">Diff</Tabs.Tab>
          <Tabs.Tab value="yaml">YAML</Tabs.Tab>
          <Tabs.Tab value="events">Events</Tabs.Tab>
          {isPod && <Tabs.Tab value="logs">Logs</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="diff" pt="sm">
          {owner === undefined ? (
            <Diff cluster={cluster} application={application} object={object} />
          ) : (
            <Text size="sm" c="dimmed">
              Git does not hold this object: Kubernetes made it for {owner.kind} {owner.name}.
            </Text>
          )}
        </Tabs.Panel>
        <Tabs.Panel value="yaml" pt="sm">
          <Permitted permission="live.read">
            <Yaml cluster={cluster} application={application} object={object} />
          </Permitted>
        </Tabs.Panel>
        <Tabs.Panel value="events" pt="sm">
          <ObjectEvents cluster={cluster} application={application} object={object} />
        </Tabs.Panel>
        {isPod && (
          <Tabs.Panel value="logs" pt="sm">
            <Permitted permission="logs.read">
              <LogView cluster={cluster} application={application} pod={object} />
            </Permitted>
          </Tabs.Panel>
        )}
      </Tabs>
    </Stack>
  );
}

interface OneObject {
  readonly cluster: string;
  readonly application: string;
  readonly object: ObjectName;
}

function Diff({ cluster, application, object }: OneObject) {
  return <Asked of={useDifferences(cluster, application, object)}>{(answer) => <Differences answer={answer} />}</Asked>;
}

function Yaml({ cluster, application, object }: OneObject) {
  return (
    <Asked of={useLiveObject(cluster, application, object)}>
      {(live) => (
        <Code block tabIndex={0} mah={560} style={{ overflow: "auto" }}>
          {yamlOf(live)}
        </Code>
      )}
    </Asked>
  );
}

/** Does not ask what the server would refuse. */
function Permitted({ permission, children }: { readonly permission: "live.read" | "logs.read"; readonly children: React.ReactNode }) {
  const reason = useWhyNot({ permission });
  if (reason === undefined) return children;
  return (
    <Text size="sm" c="dimmed">
      This cannot be shown: {reason}.
    </Text>
  );
}

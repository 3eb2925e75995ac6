import type { Environment } from "@drover/proto/rest";
import { Badge, Card, Code, Text } from "@mantine/core";
import { PlainTable } from "../table/plain-table.tsx";
import { TableHead } from "../table/table-head.tsx";

/** When new revisions may leave, as environments say. Organisation, projects and clusters may have windows of their own. */
export function WindowsTable({ environments }: { readonly environments: readonly Environment[] }) {
  const rows = environments.flatMap(({ name, spec }) => (spec.windows ?? []).map((window) => ({ name, window })));
  if (rows.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No environment has windows: revisions leave at any time. Windows are lines under <Code>windows</Code> in an environment's file.
      </Text>
    );
  return (
    <Card withBorder p={0}>
      <PlainTable label="Windows">
        <TableHead heads={["Environment", "Kind", "Opens", "For", "Time zone"]} />
        <tbody>
          {rows.map(({ name, window: { kind, schedule, duration, timeZone } }, index) => (
            <tr key={index}>
              <td className="strong">{name}</td>
              <td>
                <Badge variant="light" color={kind === "allow" ? "teal" : "red"}>
                  {kind}
                </Badge>
              </td>
              <td className="mono">{schedule}</td>
              <td>{duration}</td>
              <td>{timeZone ?? "UTC"}</td>
            </tr>
          ))}
        </tbody>
      </PlainTable>
    </Card>
  );
}

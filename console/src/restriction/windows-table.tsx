import type { Environment } from "@drover/proto/rest";
import { Badge, Card, Code, Table, Text } from "@mantine/core";

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
      <Table verticalSpacing={6} aria-label="Windows">
        <Table.Thead>
          <Table.Tr>
            {["Environment", "Kind", "Opens", "For", "Time zone"].map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ name, window: { kind, schedule, duration, timeZone } }, index) => (
            <Table.Tr key={index}>
              <Table.Td fw={500}>{name}</Table.Td>
              <Table.Td>
                <Badge variant="light" color={kind === "allow" ? "teal" : "red"}>
                  {kind}
                </Badge>
              </Table.Td>
              <Table.Td ff="monospace">{schedule}</Table.Td>
              <Table.Td>{duration}</Table.Td>
              <Table.Td>{timeZone ?? "UTC"}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

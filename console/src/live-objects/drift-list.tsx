import type { DriftEpisode } from "@drover/proto/rest";
import { Card, Table, Text } from "@mantine/core";
import { Ago } from "../page/ago.tsx";
import { Status } from "../words/status.tsx";

/** When objects differed from git, newest first, and what the agent did about it. */
export function DriftList({ episodes }: { readonly episodes: readonly DriftEpisode[] }) {
  if (episodes.length === 0)
    return (
      <Text size="sm" c="dimmed">
        Nothing has differed from git in the last 30 days.
      </Text>
    );
  return (
    <Card withBorder p={0}>
      <Table.ScrollContainer minWidth={640} type="native">
        <Table verticalSpacing={6} aria-label="Drift">
          <Table.Thead>
            <Table.Tr>
              {["Object", "Change", "Fields", "By", "Began", "The agent"].map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {episodes.map(({ object, change, fields, actor, startedAt, endedAt, action }, index) => (
              <Table.Tr key={`${startedAt} ${index}`} className="from-server">
                <Table.Td fw={500}>
                  {object.kind} {object.name}
                </Table.Td>
                <Table.Td>{change}</Table.Td>
                <Table.Td>{fields.join(", ")}</Table.Td>
                <Table.Td>{actor ?? "unknown"}</Table.Td>
                <Table.Td>
                  <Ago time={startedAt} />
                </Table.Td>
                <Table.Td>
                  <Status word={action} />
                  {endedAt === undefined && (
                    <Text size="xs" c="dimmed">
                      still open
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

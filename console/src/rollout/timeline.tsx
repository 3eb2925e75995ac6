import type { TimelineEntry } from "@drover/proto/rest";
import { Card, Table, Text } from "@mantine/core";
import { inLocalTime } from "../words/rollout-words.ts";

/** Everything that happened, in order. */
export function RolloutTimeline({ entries }: { readonly entries: readonly TimelineEntry[] }) {
  return (
    <Card withBorder p={0}>
      <Table.ScrollContainer minWidth={640} type="native">
        <Table verticalSpacing={6} aria-label="Timeline">
          <Table.Thead>
            <Table.Tr>
              {["When", "What", "By"].map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {entries.map(({ at, kind, event, message, actor, clusters }, index) => (
              <Table.Tr key={`${at} ${event} ${index}`} className="from-server">
                <Table.Td c="dimmed">
                  <time dateTime={at} title={at}>
                    {new Date(at).toLocaleString()}
                  </time>
                </Table.Td>
                <Table.Td>
                  <Text size="sm">{inLocalTime(message)}</Text>
                  <Text size="xs" c="dimmed">
                    {kind}, {event}
                    {clusters !== undefined && clusters.count > 0 && `: ${namesOf(clusters)}`}
                  </Text>
                </Table.Td>
                <Table.Td>{actor}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

const namesOf = ({ count, names }: NonNullable<TimelineEntry["clusters"]>): string =>
  count > names.length ? `${names.join(", ")} and ${count - names.length} more` : names.join(", ");

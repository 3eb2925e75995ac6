import type { TimelineEntry } from "@drover/proto/rest";
import { Card, Text } from "@mantine/core";
import { inLocalTime } from "../words/rollout-words.ts";
import { PlainTable } from "../table/plain-table.tsx";
import { TableHead } from "../table/table-head.tsx";

/** Everything that happened, in order. */
export function RolloutTimeline({ entries }: { readonly entries: readonly TimelineEntry[] }) {
  return (
    <Card withBorder p={0}>
      <PlainTable label="Timeline" minWidthPx={640}>
        <TableHead heads={["When", "What", "By"]} />
        <tbody>
          {entries.map(({ at, kind, event, message, actor, clusters }, index) => (
            <tr key={`${at} ${event} ${index}`} className="from-server">
              <td className="dimmed">
                <time dateTime={at} title={at}>
                  {new Date(at).toLocaleString()}
                </time>
              </td>
              <td>
                <Text size="sm">{inLocalTime(message)}</Text>
                <Text size="xs" c="dimmed">
                  {kind}, {event}
                  {clusters !== undefined && clusters.count > 0 && `: ${namesOf(clusters)}`}
                </Text>
              </td>
              <td className="one-line" title={actor}>
                {actor}
              </td>
            </tr>
          ))}
        </tbody>
      </PlainTable>
    </Card>
  );
}

const namesOf = ({ count, names }: NonNullable<TimelineEntry["clusters"]>): string =>
  count > names.length ? `${names.join(", ")} and ${count - names.length} more` : names.join(", ");

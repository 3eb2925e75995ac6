import type { TimelineEntry } from "@drover/proto/rest";
import { Text } from "@mantine/core";
import { inLocalTime } from "../words/rollout-words.ts";
import { PlainTable } from "../table/plain-table.tsx";
import { At } from "../page/at.tsx";
import { ActorCell } from "../table/order-cells.tsx";

/** Everything that happened, in order. */
export function RolloutTimeline({ entries }: { readonly entries: readonly TimelineEntry[] }) {
  return (
    <PlainTable framed label="Timeline" minWidthPx={640} heads={["When", "What", "By"]}>
      {entries.map(({ at, kind, event, message, actor, clusters }, index) => (
        <tr key={`${at} ${event} ${index}`} className="from-server">
          <td className="dimmed">
            <At time={at} />
          </td>
          <td>
            <Text size="sm">{inLocalTime(message)}</Text>
            <Text size="xs" c="dimmed">
              {kind}, {event}
              {clusters !== undefined && clusters.count > 0 && `: ${namesOf(clusters)}`}
            </Text>
          </td>
          <ActorCell actor={actor} />
        </tr>
      ))}
    </PlainTable>
  );
}

const namesOf = ({ count, names }: NonNullable<TimelineEntry["clusters"]>): string =>
  count > names.length ? `${names.join(", ")} and ${count - names.length} more` : names.join(", ");

import { Badge, Text } from "@mantine/core";
import { Ago } from "../page/ago.tsx";
import { Asked } from "../page/asked.tsx";
import { useObjectEvents } from "./queries.ts";
import type { ObjectName } from "./tree-rows.ts";
import { PlainTable } from "../table/plain-table.tsx";
import { Nothing } from "../page/nothing.tsx";

interface ObjectEventsProps {
  readonly cluster: string;
  readonly application: string;
  readonly object: ObjectName;
}

/** What Kubernetes says of the object, newest first. */
export function ObjectEvents({ cluster, application, object }: ObjectEventsProps) {
  return (
    <Asked of={useObjectEvents(cluster, application, object)}>
      {(items) =>
        items.length === 0 ? (
          <Nothing>Kubernetes has no event about it; it keeps them for an hour.</Nothing>
        ) : (
          <PlainTable label="Events">
            {items.toReversed().map(({ type, reason, message, count, lastAt }, index) => (
              <tr key={index}>
                <td>
                  <Badge variant="light" color={type === "Warning" ? "yellow" : "gray"}>
                    {type}
                  </Badge>
                </td>
                <td>
                  <Text size="sm" fw={500}>
                    {reason}
                    {count > 1 && ` × ${count}`}
                  </Text>
                  <Text size="sm">{message}</Text>
                </td>
                <td className="dimmed">{lastAt !== undefined && <Ago time={lastAt} />}</td>
              </tr>
            ))}
          </PlainTable>
        )
      }
    </Asked>
  );
}

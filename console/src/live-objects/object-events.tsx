import { Badge, Table, Text } from "@mantine/core";
import { Ago } from "../page/ago.tsx";
import { Asked } from "../page/asked.tsx";
import { useObjectEvents } from "./queries.ts";
import type { ObjectName } from "./tree-rows.ts";

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
          <Text size="sm" c="dimmed">
            Kubernetes has no event about it; it keeps them for an hour.
          </Text>
        ) : (
          <Table verticalSpacing={6} aria-label="Events">
            <Table.Tbody>
              {items.toReversed().map(({ type, reason, message, count, lastAt }, index) => (
                <Table.Tr key={index}>
                  <Table.Td>
                    <Badge variant="light" color={type === "Warning" ? "yellow" : "gray"}>
                      {type}
                    </Badge>
                  </Table.Td>
                  <Table.Td>
                    <Text size="sm" fw={500}>
                      {reason}
                      {count > 1 && ` × ${count}`}
                    </Text>
                    <Text size="sm">{message}</Text>
                  </Table.Td>
                  <Table.Td c="dimmed">{lastAt !== undefined && <Ago time={lastAt} />}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )
      }
    </Asked>
  );
}

import { Card, Stack, Text } from "@mantine/core";
import { Ago } from "../page/ago.tsx";
import { Asked } from "../page/asked.tsx";
import plain from "../page/plain-list.module.css";
import { useClusterEvents } from "../queries/clusters.ts";
import { Status } from "../words/status.tsx";
import classes from "./cluster.module.css";
import { eventInWords } from "./event-words.ts";
import { Nothing } from "../page/nothing.tsx";

/** What happened on the cluster. */
export function ClusterEvents({ cluster }: { readonly cluster: string }) {
  return (
    <Asked of={useClusterEvents(cluster)} height={160}>
      {(events) => (
        <Card withBorder className={classes["events"]} tabIndex={0} role="region" aria-label="Events of the cluster">
          {events.length === 0 && <Nothing>Nothing has happened on it in the time for which events are kept.</Nothing>}
          <Stack component="ol" gap="xs" className={plain["list"]}>
            {events.map(({ cursor, at, kind, body }) => {
              const { text, word } = eventInWords(kind, body);
              return (
                <Text key={cursor} component="li" size="sm" className="from-server">
                  {word === undefined ? text : <Status word={word}>{text}</Status>}
                  <Text size="xs" c="dimmed">
                    {kind}, <Ago time={at} />
                  </Text>
                </Text>
              );
            })}
          </Stack>
        </Card>
      )}
    </Asked>
  );
}

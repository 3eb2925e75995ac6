import type { DriftEpisode } from "@drover/proto/rest";
import { formatAge } from "@drover/kit";
import { Card, Code, Stack, Text } from "@mantine/core";
import { Ago } from "../page/ago.tsx";
import { Asked } from "../page/asked.tsx";
import { useClusterDrift } from "../queries/clusters.ts";
import { Status } from "../words/status.tsx";
import classes from "./cluster.module.css";
import { driftDays } from "./drift-days.ts";
import { PlainTable } from "../table/plain-table.tsx";
import { Nothing } from "../page/nothing.tsx";

/** Episodes of drift as a picture of thirty days and as a list: what differed, who did it, what the agent did about it. */
export function ClusterDrift({ cluster }: { readonly cluster: string }) {
  return (
    <Asked of={useClusterDrift(cluster, undefined)} height={120}>
      {({ items, nextPageToken }) =>
        items.length === 0 ? (
          <Card withBorder>
            <Nothing>No object of this cluster has differed from git in the last 30 days.</Nothing>
          </Card>
        ) : (
          <Card withBorder>
            <Stack gap="sm">
              <Days episodes={items} />
              <EpisodeTable episodes={items} />
              {nextPageToken !== undefined && (
                <Text size="xs" c="dimmed">
                  The newest {items.length}. All of them: drover drift {cluster}
                </Text>
              )}
            </Stack>
          </Card>
        )
      }
    </Asked>
  );
}

function Days({ episodes }: { readonly episodes: readonly DriftEpisode[] }) {
  const days = driftDays(episodes, Date.now());
  const most = Math.max(1, ...days.map((day) => day.episodes));
  return (
    <div className={classes["days"]} role="img" aria-label={`${episodes.length} episodes in the last 30 days, by the day that they began`}>
      {days.map(({ day, episodes: count }) => (
        <span
          key={day}
          title={`${day}: ${count}`}
          className={classes["day"]}
          data-none={count === 0 || undefined}
          style={{ height: `${(count / most) * 100}%` }}
        />
      ))}
    </div>
  );
}

const heads = ["Object", "What", "Fields", "By", "Agent", "Began", "Lasted"];

function EpisodeTable({ episodes }: { readonly episodes: readonly DriftEpisode[] }) {
  return (
    <PlainTable minWidthPx={760} heads={heads}>
      {episodes.map(({ application, object, change, fields, actor, action, startedAt, endedAt }) => (
        <tr key={`${application} ${object.kind} ${object.name} ${startedAt}`} className="from-server">
          <td>
            {object.kind}/{object.name}
            <Text size="xs" c="dimmed">
              {application}
            </Text>
          </td>
          <td>{change}</td>
          <td>
            {fields.map((field) => (
              <div key={field}>
                <Code>{field}</Code>
              </div>
            ))}
          </td>
          <td>{actor ?? "not known"}</td>
          <td>
            <Status word={action} />
          </td>
          <td>
            <Ago time={startedAt} />
          </td>
          <td>{endedAt === undefined ? "still open" : formatAge(Date.parse(endedAt) - Date.parse(startedAt))}</td>
        </tr>
      ))}
    </PlainTable>
  );
}

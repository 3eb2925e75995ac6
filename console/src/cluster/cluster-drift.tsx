import type { DriftEpisode } from "@drover/proto/rest";
import { formatAge } from "@drover/kit";
import { Card, Code, Stack, Table, Text } from "@mantine/core";
import { Ago } from "../page/ago.tsx";
import { Asked } from "../page/asked.tsx";
import { useClusterDrift } from "../queries/clusters.ts";
import { Status } from "../words/status.tsx";
import classes from "./cluster.module.css";
import { driftDays } from "./drift-days.ts";

/** Episodes of drift as a picture of thirty days and as a list: what differed, who did it, what the agent did about it. */
export function ClusterDrift({ cluster }: { readonly cluster: string }) {
  return (
    <Asked of={useClusterDrift(cluster, undefined)} height={120}>
      {({ items, nextPageToken }) =>
        items.length === 0 ? (
          <Card withBorder>
            <Text size="sm" c="dimmed">
              No object of this cluster has differed from git in the last 30 days.
            </Text>
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
    <Table.ScrollContainer minWidth={760} type="native">
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            {heads.map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {episodes.map(({ application, object, change, fields, actor, action, startedAt, endedAt }) => (
            <Table.Tr key={`${application} ${object.kind} ${object.name} ${startedAt}`} className="from-server">
              <Table.Td>
                {object.kind}/{object.name}
                <Text size="xs" c="dimmed">
                  {application}
                </Text>
              </Table.Td>
              <Table.Td>{change}</Table.Td>
              <Table.Td>
                {fields.map((field) => (
                  <div key={field}>
                    <Code>{field}</Code>
                  </div>
                ))}
              </Table.Td>
              <Table.Td>{actor ?? "not known"}</Table.Td>
              <Table.Td>
                <Status word={action} />
              </Table.Td>
              <Table.Td>
                <Ago time={startedAt} />
              </Table.Td>
              <Table.Td>{endedAt === undefined ? "still open" : formatAge(Date.parse(endedAt) - Date.parse(startedAt))}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

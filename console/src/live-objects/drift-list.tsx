import type { DriftEpisode } from "@drover/proto/rest";
import { Text } from "@mantine/core";
import { Ago } from "../page/ago.tsx";
import { Status } from "../words/status.tsx";
import { PlainTable } from "../table/plain-table.tsx";
import { Nothing } from "../page/nothing.tsx";

/** When objects differed from git, newest first, and what the agent did about it. */
export function DriftList({ episodes }: { readonly episodes: readonly DriftEpisode[] }) {
  if (episodes.length === 0) return <Nothing>Nothing has differed from git in the last 30 days.</Nothing>;
  return (
    <PlainTable framed label="Drift" minWidthPx={640} heads={["Object", "Change", "Fields", "By", "Began", "The agent"]}>
      {episodes.map(({ object, change, fields, actor, startedAt, endedAt, action }, index) => (
        <tr key={`${startedAt} ${index}`} className="from-server">
          <td className="strong">
            {object.kind} {object.name}
          </td>
          <td>{change}</td>
          <td>{fields.join(", ")}</td>
          <td>{actor ?? "unknown"}</td>
          <td>
            <Ago time={startedAt} />
          </td>
          <td>
            <Status word={action} />
            {endedAt === undefined && (
              <Text size="xs" c="dimmed">
                still open
              </Text>
            )}
          </td>
        </tr>
      ))}
    </PlainTable>
  );
}

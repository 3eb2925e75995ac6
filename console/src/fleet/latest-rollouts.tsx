import { Card, Text } from "@mantine/core";
import { Ago } from "../page/ago.tsx";
import { Asked } from "../page/asked.tsx";
import { PageLink } from "../page/page-link.tsx";
import { paths } from "../paths.ts";
import { useLatestRollouts } from "../queries/rollouts.ts";
import { Status } from "../words/status.tsx";
import classes from "./fleet.module.css";

const shown = 7;
const ended = new Set(["Completed", "RolledBack", "Superseded", "Aborted"]);

/** Those that are over, newest first. */
export function LatestRollouts() {
  return (
    <Asked of={useLatestRollouts()} height={200}>
      {(rollouts) => {
        const over = rollouts.filter(({ phase }) => ended.has(phase)).slice(0, shown);
        return (
          <Card withBorder p={0}>
            {over.length === 0 && (
              <Text size="sm" c="dimmed" p="md">
                No rollout has ended yet.
              </Text>
            )}
            {over.map(({ id, release, environment, phase, createdAt }) => (
              <Text key={id} size="sm" component="div" className={`${classes["past"]} from-server`}>
                <span>
                  <PageLink to={paths.rollout(id)} c="inherit" fw={550}>
                    {release}
                  </PageLink>{" "}
                  <Text span inherit c="dimmed">
                    in {environment}
                  </Text>
                </span>
                <Status word={phase} />
                <Text span inherit c="dimmed" size="xs">
                  <Ago time={createdAt} />
                </Text>
              </Text>
            ))}
          </Card>
        );
      }}
    </Asked>
  );
}

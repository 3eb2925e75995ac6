import { Badge, Card, Group, Stack, Text } from "@mantine/core";
import { PageLink } from "../page/page-link.tsx";
import plain from "../page/plain-list.module.css";
import { paths } from "../paths.ts";
import { holdInWords } from "../words/rollout-words.ts";
import type { HeldRollout } from "./held-now.ts";
import { Nothing } from "../page/nothing.tsx";

/** Rollouts that a freeze, a closed window or the stop holds at this moment. */
export function HeldRollouts({ held }: { readonly held: readonly HeldRollout[] }) {
  if (held.length === 0) return <Nothing>No rollout is held by a freeze, a window or the stop.</Nothing>;
  return (
    <Card withBorder>
      <Stack gap="sm" component="ul" className={plain["list"]}>
        {held.map(({ rollout, hold }) => (
          <li key={`${rollout.id} ${hold.kind}`} className="from-server">
            <Group gap="xs">
              <Badge variant="light" color={hold.kind === "Stopped" ? "red" : "cyan"}>
                {hold.kind}
              </Badge>
              <PageLink to={paths.rollout(rollout.id)} size="sm" fw={500}>
                {rollout.release} in {rollout.environment}
              </PageLink>
            </Group>
            <Text size="sm">{holdInWords(hold)}</Text>
          </li>
        ))}
      </Stack>
    </Card>
  );
}

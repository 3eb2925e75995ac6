import { Group, Text } from "@mantine/core";
import type { Connection } from "../live/live.ts";
import { Hint } from "../page/hint.tsx";
import classes from "./live-indicator.module.css";

const words: Readonly<Record<Connection, readonly [word: string, meaning: string]>> = {
  connecting: ["Connecting", "The page begins to follow the fleet"],
  live: ["Live", "The page follows the fleet as it changes"],
  lost: ["Reconnecting", "The connection is lost; what is shown is what was last known, and the page goes on where it was"],
};

/** Whether what is shown is what is: as a word, a shape and a colour. */
export function LiveIndicator({ connection }: { readonly connection: Connection }) {
  const [word, meaning] = words[connection];
  return (
    <Hint label={meaning}>
      <Group gap={6} wrap="nowrap" role="status" className={classes["indicator"]} data-connection={connection}>
        <span className={classes["dot"]} aria-hidden />
        <Text size="xs" component="span">
          {word}
        </Text>
      </Group>
    </Hint>
  );
}

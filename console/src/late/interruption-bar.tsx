import { Button, Group, Text } from "@mantine/core";
import { useEffect } from "react";
import classes from "./interruption-bar.module.css";
import { type Interruption, tryAgain, useInterruption } from "./interruption.ts";

const words: Readonly<Record<Interruption, string>> = {
  missing: "A part of this page did not come: the server, or the way to it, is not well.",
  updated: "Drover was updated: reload. What you typed here is not kept.",
};

/** Says above everything, dialogs too, why the page does not go on, and what to do. It is there with the page: nothing of it comes late. */
export function InterruptionBar() {
  const interruption = useInterruption();
  useEffect(() => {
    addEventListener("online", tryAgain);
    return () => removeEventListener("online", tryAgain);
  }, []);
  if (interruption === undefined) return null;
  return (
    <Group role="alert" className={classes["bar"]} gap="sm">
      <Text size="sm" component="span">
        {words[interruption]}
      </Text>
      {interruption === "missing" && (
        <Button size="xs" onClick={tryAgain}>
          Try again
        </Button>
      )}
      <Button size="xs" variant={interruption === "missing" ? "default" : "filled"} onClick={() => location.reload()}>
        Reload
      </Button>
    </Group>
  );
}

import { plural } from "@drover/kit";
import { Alert, Button, Group, NativeSelect, Stack, Switch, Text } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import { failureOf } from "../api/failure.ts";
import classes from "./log-view.module.css";
import type { LogBuffer } from "./log-buffer.ts";
import { containersOf } from "./containers.ts";
import { useLiveObject } from "./queries.ts";
import type { ObjectName } from "./tree-rows.ts";
import { type LogState, useLog } from "./use-log.ts";

interface LogViewProps {
  readonly cluster: string;
  readonly application: string;
  readonly pod: ObjectName;
}

/** What a pod's containers write. */
export function LogView({ cluster, application, pod }: LogViewProps) {
  const containers = containersOf(useLiveObject(cluster, application, pod).data);
  const [container, setContainer] = useState<string>();
  const [follow, setFollow] = useState(true);
  const [previous, setPrevious] = useState(false);
  const [isPaused, setPaused] = useState(false);
  const { namespace, name } = pod;
  const request = { cluster, application, pod: name, namespace, container, follow: follow && !previous, previous };
  const { buffer, state } = useLog(request, isPaused);
  return (
    <Stack gap="xs">
      <Group gap="md" align="flex-end">
        <NativeSelect
          size="xs"
          label="Container"
          data={[{ value: "", label: "the first one" }, ...containers]}
          value={container ?? ""}
          onChange={(event) => setContainer(event.currentTarget.value === "" ? undefined : event.currentTarget.value)}
        />
        <Switch
          size="xs"
          label="Follow"
          checked={follow}
          disabled={previous}
          onChange={(event) => setFollow(event.currentTarget.checked)}
        />
        <Switch size="xs" label="Previous run" checked={previous} onChange={(event) => setPrevious(event.currentTarget.checked)} />
        <Button size="xs" variant="default" onClick={() => setPaused(!isPaused)}>
          {isPaused ? "Go on" : "Pause"}
        </Button>
        <Button size="xs" variant="default" disabled={buffer.lines.length === 0} onClick={() => download(name, buffer)}>
          Download
        </Button>
        <Text size="sm" c="dimmed" role="status">
          {stateInWords(state, isPaused, buffer)}
        </Text>
      </Group>
      {state.kind === "failed" && (
        <Alert color="red" title={failureOf(state.error).code ?? "failed"} className="from-server">
          {failureOf(state.error).message}
        </Alert>
      )}
      <Lines buffer={buffer} stick={!isPaused} />
    </Stack>
  );
}

const ofState: Readonly<Record<LogState["kind"], string>> = {
  reading: "",
  lost: ". Reconnecting… It goes on behind the last line",
  ended: ", and no more come",
  failed: "",
};

function stateInWords(state: LogState, isPaused: boolean, { lines, dropped }: LogBuffer): string {
  const count = `${plural(lines.length, "line")}${dropped > 0 ? `, ${dropped} older ones let go` : ""}`;
  if (isPaused) return `paused at ${count}`;
  return `${count}${ofState[state.kind]}`;
}

const linePx = 19;
const overscan = 30;

/** Sticks to the newest line until somebody pauses. */
function Lines({ buffer: { lines, dropped }, stick }: { readonly buffer: LogBuffer; readonly stick: boolean }) {
  const scroll = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => linePx,
    overscan,
  });
  useEffect(() => {
    if (stick && lines.length > 0) virtualizer.scrollToIndex(lines.length - 1, { align: "end" });
  }, [stick, lines, virtualizer]);
  return (
    // It scrolls by itself, so the keyboard has to reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={scroll} className={classes["scroll"]} tabIndex={0} role="log" aria-live="off" aria-label="Log">
      <div className={classes["lines"]} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => (
          <div key={dropped + index} className={classes["line"]} style={{ transform: `translateY(${start}px)` }}>
            {lines[index]}
          </div>
        ))}
      </div>
    </div>
  );
}

function download(pod: string, { lines }: LogBuffer): void {
  const url = URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "text/plain" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: `${pod}.log` });
  link.click();
  URL.revokeObjectURL(url);
}

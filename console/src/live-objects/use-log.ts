import { useEffect, useRef, useState } from "react";
import { useApi } from "../api/api.ts";
import { emptyLog, type LogBuffer } from "./log-buffer.ts";
import { type LogRequest, readLog } from "./read-log.ts";

export type LogState = { readonly kind: "reading" | "lost" | "ended" } | { readonly kind: "failed"; readonly error: unknown };

/** Lines may come by the thousand; they are shown a few times a second. */
const showMs = 200;

/** A pod's lines as they come. While it is paused they are still read, and shown when one goes on. */
export function useLog(request: LogRequest, isPaused: boolean): { readonly buffer: LogBuffer; readonly state: LogState } {
  const { options } = useApi();
  const [buffer, setBuffer] = useState(emptyLog);
  const [state, setState] = useState<LogState>({ kind: "reading" });
  const newest = useRef(emptyLog);
  const key = JSON.stringify(request);

  useEffect(() => {
    const stop = new AbortController();
    newest.current = emptyLog;
    setBuffer(emptyLog);
    setState({ kind: "reading" });
    const told = {
      read: (read: LogBuffer) => void (newest.current = read),
      connection: (kind: "reading" | "lost") => setState({ kind }),
    };
    readLog(options, JSON.parse(key) as LogRequest, told, stop.signal).then(
      () => stop.signal.aborted || setState({ kind: "ended" }),
      (error: unknown) => stop.signal.aborted || setState({ kind: "failed", error }),
    );
    return () => stop.abort();
  }, [options, key]);

  useEffect(() => {
    if (isPaused) return undefined;
    const show = (): void => setBuffer(newest.current);
    show();
    const timer = setInterval(show, showMs);
    return () => clearInterval(timer);
  }, [isPaused, key]);
  return { buffer, state };
}

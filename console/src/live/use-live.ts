import { watchEvents } from "@drover/proto/rest";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useApi } from "../api/api.ts";
import { type Connection, followEvents } from "./live.ts";
import { createRefresh } from "./refresh.ts";

/** At most three rounds of questions a second, and a big fleet, whose rounds take long, is asked for a fifth of the time only. */
const restAfter = (tookMs: number): number => Math.max(300, 4 * tookMs);

/** Keeps all queries true while the component stands, and tells whether the watch does. */
export function useLive(): Connection {
  const { options } = useApi();
  const queries = useQueryClient();
  const [connection, setConnection] = useState<Connection>("connecting");
  useEffect(() => {
    const stop = new AbortController();
    const changed = createRefresh(
      async (topics) => void (await Promise.all(topics.map((topic) => queries.invalidateQueries({ queryKey: [topic] })))),
      (tookMs) => sleep(restAfter(tookMs)),
    );
    const watch = (after: string | undefined, opened: () => void, signal: AbortSignal) => watchEvents(options, { after }, signal, opened);
    void followEvents({ watch, changed, connection: setConnection, sleep }, stop.signal);
    return () => stop.abort();
  }, [options, queries]);
  return connection;
}

/** Ends early, and quietly, with the signal. */
const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });

import { watchEvents } from "@drover/proto/rest";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useApi } from "../api/api.ts";
import { rereadClusters } from "../queries/reread-clusters.ts";
import { followTogether } from "./follow-together.ts";
import { type Connection, followEvents, type LiveDeps, type Told } from "./live.ts";
import { createRefresh } from "./refresh.ts";
import { rereadTopics } from "./reread-topics.ts";
import { sleep } from "./sleep.ts";
import { allTopics, staleBy } from "./topics.ts";

/**
 * At most three rounds of questions a second, and a big fleet, whose rounds take long, is asked for a fifth of the time only. A server
 * that was slow once is no reason to show for long what is no longer so.
 */
const restAfter = (tookMs: number): number => Math.min(Math.max(300, 4 * tookMs), 5_000);

/** Keeps all queries true while the component stands, and tells whether the watch does. */
export function useLive(): Connection {
  const { options, client } = useApi();
  const queries = useQueryClient();
  const [connection, setConnection] = useState<Connection>("connecting");
  useEffect(() => {
    const stop = new AbortController();
    const refresh = createRefresh({
      seen: () => untilVisible(stop.signal),
      requery: async (stale) => {
        const single = stale.flatMap((one) => (one.startsWith("clusters/") ? [one.slice("clusters/".length)] : []));
        const topics = stale.filter((one) => !one.startsWith("clusters/"));
        await Promise.all([rereadTopics(queries, topics), rereadClusters(queries, client, single)]);
      },
      rest: (tookMs) => sleep(restAfter(tookMs)),
    });
    const tell = (told: Told): void => {
      if (told.kind === "connection") setConnection(told.connection);
      else refresh(told.kind === "event" ? staleBy(told.event) : allTopics);
    };
    const watch: LiveDeps["watch"] = (after, signs, signal) => watchEvents(options, { after }, signal, signs);
    void streamNameOf(options.token ?? "").then((name) =>
      followTogether(
        { name, tell, follow: (after, pass, signal) => followEvents({ watch, tell: pass, sleep }, after, signal) },
        stop.signal,
      ),
    );
    return () => stop.abort();
  }, [options, client, queries]);
  return connection;
}

/** Those with the same token see the same. The name can be read by whatever else this origin serves: the token cannot be had from it. */
async function streamNameOf(token: string): Promise<string> {
  const digest = await globalThis.crypto.subtle?.digest("SHA-256", new TextEncoder().encode(`stream of ${token}`));
  return `drover.live.${digest === undefined ? "" : [...new Uint8Array(digest)].map((byte) => byte.toString(16)).join("")}`;
}

const untilVisible = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (!document.hidden || signal.aborted) return resolve();
    const shown = new AbortController();
    const end = (): void => (shown.abort(), resolve());
    document.addEventListener("visibilitychange", () => document.hidden || end(), { signal: shown.signal });
    signal.addEventListener("abort", end, { signal: shown.signal });
  });

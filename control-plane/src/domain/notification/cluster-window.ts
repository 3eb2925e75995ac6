import { matchesSelector, plural } from "@drover/kit";
import { text } from "./event-body.ts";
import type { LoggedEvent, NotificationFacts } from "./facts.ts";
import type { Concerns, Message } from "./message.ts";

/** A cluster that fell silent, or came back. */
export interface ClusterChange {
  readonly cursor: string;
  readonly at: string;
  readonly event: "ClustersOffline" | "ClustersReturned";
  readonly name: string;
  readonly concerns: Concerns;
}

/** What a route collects for a while, so that a network that breaks is one message and not a thousand. */
export interface ClusterWindow {
  readonly names: readonly string[];
  readonly count: number;
  readonly since: string;
}

/** Names that a message can show at the most; the others are counted. */
const maxNames = 50;

/** Undefined when it is neither, such as Stale: three missing reports are not yet worth a message. */
export function clusterChange({ cursor, at, kind, subject, body }: LoggedEvent, facts: NotificationFacts): ClusterChange | undefined {
  if (kind !== "ClusterStateChanged") return undefined;
  const [from, to] = [text(body["from"]), text(body["to"])];
  const event = to === "Offline" ? "ClustersOffline" : from === "Offline" && to === "Connected" ? "ClustersReturned" : undefined;
  if (event === undefined) return undefined;
  const id = subject.replace(/^clusters\//, "");
  const cluster = facts.clusters.get(id);
  const labels = cluster?.labels ?? {};
  const environments = facts.environments.filter(({ clusterSelector }) => matchesSelector(clusterSelector, labels)).map(({ name }) => name);
  const concerns: Concerns = { projects: cluster === undefined ? [] : [cluster.project], environments, applications: [] };
  return { cursor, at, event, name: text(body["name"]) ?? cluster?.name ?? id, concerns };
}

export function addToWindow(window: ClusterWindow | undefined, { name, at }: ClusterChange): ClusterWindow {
  const { names, count, since } = window ?? { names: [], count: 0, since: at };
  if (names.includes(name)) return { names, count, since };
  return { names: names.length < maxNames ? [...names, name] : names, count: count + 1, since };
}

/** What was collected before, and what came since. */
export function joinWindows(earlier: ClusterWindow, { names, count }: ClusterWindow): ClusterWindow {
  const fresh = names.filter((name) => !earlier.names.includes(name));
  const beyond = count - names.length;
  return {
    names: [...earlier.names, ...fresh].slice(0, maxNames),
    count: earlier.count + fresh.length + beyond,
    since: earlier.since,
  };
}

/** An incident is open from the first cluster that falls silent until none is silent any more, which is what `offlineNow` counts. */
export function messageOfWindow(event: ClusterChange["event"], { names, count, since }: ClusterWindow, offlineNow: number): Message {
  const isOffline = event === "ClustersOffline";
  const incident = { key: "clusters-offline", action: isOffline ? "trigger" : "resolve" } as const;
  return {
    event,
    severity: isOffline ? "Warning" : "Info",
    subject: "clusters",
    title: `${plural(count, "cluster")} ${count === 1 ? "is" : "are"} ${isOffline ? "offline" : "back"}`,
    text: `${names.join(", ")}${count > names.length ? ` and ${count - names.length} more` : ""}`,
    facts: [{ name: "Offline now", value: String(offlineNow) }],
    path: "/clusters",
    at: since,
    concerns: { projects: [], environments: [], applications: [] },
    ...(isOffline || offlineNow === 0 ? { incident } : {}),
  };
}

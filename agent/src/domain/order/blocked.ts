import { circleText } from "./circle.ts";
import type { Health } from "../health/health.ts";
import type { Sync } from "../status/application-status.ts";

/** An application of the same cluster, as one that depends on it sees it. */
export interface Peer {
  readonly dependsOn: readonly string[];
  /** Of what is assigned to it now. */
  readonly sync: Sync;
  readonly health: Health;
}

/** Why an application may not be synced yet; undefined when all it depends on are Synced and Healthy. `peers` are those assigned here. */
export function blockedBy(name: string, dependsOn: readonly string[], peers: ReadonlyMap<string, Peer>): string | undefined {
  const circle = circleThrough(name, dependsOn, peers);
  if (circle) return `applications depend on each other in a circle: ${circleText(circle)}`;
  for (const other of dependsOn) {
    const peer = peers.get(other);
    if (!peer) return `it depends on application ${other}, which is not assigned to this cluster`;
    if (peer.sync !== "Synced" || peer.health !== "Healthy")
      return `it waits for application ${other}, which is ${peer.sync} and ${peer.health}`;
  }
  return undefined;
}

/** A shortest way from an application back to itself. */
function circleThrough(name: string, dependsOn: readonly string[], peers: ReadonlyMap<string, Peer>): readonly string[] | undefined {
  const seen = new Set<string>();
  let paths = dependsOn.map((other) => [name, other]);
  while (paths.length > 0) {
    const next: string[][] = [];
    for (const path of paths) {
      const last = path.at(-1)!;
      if (last === name) return path.slice(0, -1);
      if (seen.has(last)) continue;
      seen.add(last);
      for (const other of peers.get(last)?.dependsOn ?? []) next.push([...path, other]);
    }
    paths = next;
  }
  return undefined;
}

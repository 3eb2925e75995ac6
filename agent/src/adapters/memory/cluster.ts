import { randomUUID } from "node:crypto";
import { type Clock, systemClock } from "@drover/kit/node";
import type { Kube, KubeObject } from "../../app/kube.ts";
import { createApiServer } from "./api-server.ts";
import { startControllers } from "./controllers/start.ts";
import { namespaces } from "./kinds.ts";
import { createMemoryKube } from "./kube.ts";
import { createPerson, type Person } from "./person.ts";
import { ObjectStore, type StoreLimits } from "./store.ts";

export interface MemoryClusterOptions {
  /** The uid of its kube-system namespace is what identifies a cluster; the name is for people. */
  readonly name: string;
  /** Virtual in simulation. */
  readonly clock?: Clock;
  readonly newUid?: () => string;
  /** Of its kube-system namespace: whoever starts the same cluster again gives the same one. */
  readonly uid?: string | undefined;
  /** How long after its creation a pod is ready, or fails. */
  readonly podStartMs?: number;
  readonly bookmarkEveryMs?: number;
  readonly limits?: Partial<StoreLimits>;
}

/** A cluster that lives in this process. Its objects outlive the agents that work on it. */
export interface MemoryCluster {
  readonly name: string;
  /** The agent's port. Any number of agents may share it. */
  readonly kube: Kube;
  /** The same cluster for people and tests: reads it, edits as any manager, deletes. */
  readonly admin: Person;
  /** Forgets the history of changes, so that every older watch answers KUBE_GONE. */
  compact(): void;
  /** Ends the cluster's controllers. */
  close(): void;
}

const defaultLimits: StoreLimits = { maxHistory: 4096, maxObjects: 50_000 };

export function createMemoryCluster(options: MemoryClusterOptions): MemoryCluster {
  const { name, uid, clock = systemClock, newUid = randomUUID, podStartMs = 100, bookmarkEveryMs = 60_000, limits } = options;
  const store = new ObjectStore({ ...defaultLimits, ...limits });
  const given = uid === undefined ? [] : [uid];
  const api = createApiServer({ store, now: () => clock.now(), newUid: () => given.pop() ?? newUid() });
  for (const namespace of ["kube-system", "default"])
    api.create({ resource: namespaces, namespace: undefined, name: namespace }, namespaceNamed(namespace), name);
  const stop = startControllers({ store, api, clock, podStartMs });
  return {
    name,
    kube: createMemoryKube({ store, api, clock, bookmarkEveryMs }),
    admin: createPerson(store, api),
    compact: () => store.compact(),
    close: stop,
  };
}

const namespaceNamed = (name: string): KubeObject => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });

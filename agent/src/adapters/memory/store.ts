import { DroverError } from "@drover/kit";
import type { KubeObject, Resource } from "../../app/kube.ts";

/** One change of the store. `before` tells watchers with a selector whether the object came into their view or left it. */
export interface Change {
  readonly revision: number;
  readonly collection: string;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: KubeObject;
  readonly before: KubeObject | undefined;
}

export interface StoreLimits {
  /** Changes kept for watchers that resume. Older resource versions answer KUBE_GONE. */
  readonly maxHistory: number;
  /** Objects of all kinds together; one more is refused as EXHAUSTED would be by a full etcd. */
  readonly maxObjects: number;
}

/** All versions of a kind are one collection. */
export const collectionOf = ({ group, plural }: Pick<Resource, "group" | "plural">): string => `${group}/${plural}`;
const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ""}/${name}`;

/** Objects by collection and name, one revision counter for all of them, and the latest changes. */
export class ObjectStore {
  readonly #limits: StoreLimits;
  readonly #collections = new Map<string, Map<string, KubeObject>>();
  readonly #listeners = new Set<(change: Change) => void>();
  #history: Change[] = [];
  #forgotten = 0;
  #revision = 0;
  #size = 0;

  constructor(limits: StoreLimits) {
    this.#limits = limits;
  }

  get revision(): number {
    return this.#revision;
  }

  get(collection: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#collections.get(collection)?.get(keyOf(namespace, name));
  }

  /** In the order of their keys, as etcd gives them. */
  list(collection: string, namespace: string | undefined): readonly KubeObject[] {
    const objects = [...(this.#collections.get(collection) ?? [])];
    const prefix = namespace === undefined ? "" : `${namespace}/`;
    return objects
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object);
  }

  *all(): Iterable<readonly [collection: string, object: KubeObject]> {
    for (const [collection, objects] of this.#collections) for (const object of objects.values()) yield [collection, object];
  }

  /** Stores the object under a new resource version and answers it so. */
  put(collection: string, object: KubeObject): KubeObject {
    const objects = this.#collections.get(collection) ?? new Map<string, KubeObject>();
    const key = keyOf(object.metadata["namespace"] as string | undefined, object.metadata.name);
    const before = objects.get(key);
    if (before === undefined && this.#size >= this.#limits.maxObjects)
      throw new DroverError(
        "unavailable",
        "KUBE_UNAVAILABLE",
        `the in-memory cluster holds ${this.#limits.maxObjects} objects: delete some`,
      );
    this.#revision += 1;
    const stored: KubeObject = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#revision) } };
    objects.set(key, stored);
    this.#collections.set(collection, objects);
    if (before === undefined) this.#size += 1;
    this.#record({ revision: this.#revision, collection, type: before === undefined ? "ADDED" : "MODIFIED", object: stored, before });
    return stored;
  }

  remove(collection: string, namespace: string | undefined, name: string): void {
    const before = this.get(collection, namespace, name);
    if (before === undefined) return;
    this.#collections.get(collection)?.delete(keyOf(namespace, name));
    this.#size -= 1;
    this.#revision += 1;
    const object: KubeObject = { ...before, metadata: { ...before.metadata, resourceVersion: String(this.#revision) } };
    this.#record({ revision: this.#revision, collection, type: "DELETED", object, before });
  }

  /** The changes after `revision`, or undefined when some of them are forgotten. */
  since(revision: number): readonly Change[] | undefined {
    return revision < this.#forgotten ? undefined : this.#history.filter((change) => change.revision > revision);
  }

  /** Forgets the history, as etcd's compaction does. */
  compact(): void {
    this.#history = [];
    this.#forgotten = this.#revision;
  }

  /** Calls `listener` at once for every change, in order. Ends with the returned function. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #record(change: Change): void {
    this.#history.push(change);
    // Cut in halves, so that the cost of cutting is spread over many changes.
    if (this.#history.length > this.#limits.maxHistory) {
      this.#history = this.#history.slice(Math.ceil(this.#limits.maxHistory / 2));
      this.#forgotten = (this.#history[0]?.revision ?? this.#revision + 1) - 1;
    }
    for (const listener of this.#listeners) listener(change);
  }
}

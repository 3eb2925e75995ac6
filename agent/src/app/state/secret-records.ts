import { DroverError, isJsonObject, member } from "@drover/kit";
import { labelOf, resourceVersionOf, textOf, uidOf } from "../../domain/manifest-fields.ts";
import type { Kube, KubeObject, ObjectRef, Resource } from "../kube.ts";

/** What the agent must not forget, as one Secret. */
export interface SecretRecord {
  readonly name: string;
  readonly data: Readonly<Record<string, Buffer>>;
  readonly labels: Readonly<Record<string, string>>;
}

export interface StoredRecord extends SecretRecord {
  readonly resourceVersion: string;
  readonly uid: string;
}

/** Bytes of one record. Secrets end at 1 MiB, and etcd's message at 1.5 MiB of base64 and frame. */
export const maxRecordBytes = 768 * 1024;

/** Tells the agent's own Secrets from everybody else's in its namespace; the value says what is in it. */
export const stateLabel = "drover.dev/agent-state";

/** Secrets and namespaces are served by every cluster, so that state is read before discovery. */
const secrets: Resource = { group: "", version: "v1", kind: "Secret", plural: "secrets", namespaced: true, verbs: [] };
const namespaces: Resource = { group: "", version: "v1", kind: "Namespace", plural: "namespaces", namespaced: false, verbs: [] };

/** The agent's memory: Secrets in its own namespace, written by compare-and-set. */
export class SecretRecords {
  readonly #kube: Kube;
  readonly #namespace: string;

  constructor(kube: Kube, namespace: string) {
    this.#kube = kube;
    this.#namespace = namespace;
  }

  /** The chart makes the namespace; without it (a cluster in memory, a bare start) we do, if we may. */
  async prepare(signal: AbortSignal): Promise<void> {
    const ref = { resource: namespaces, namespace: undefined, name: this.#namespace };
    try {
      await this.#kube.create(ref, { apiVersion: "v1", kind: "Namespace", metadata: { name: this.#namespace } }, signal);
    } catch (thrown) {
      const known = thrown instanceof DroverError && (thrown.code === "KUBE_EXISTS" || thrown.code === "KUBE_FORBIDDEN");
      if (!known) throw thrown;
    }
  }

  async read(name: string, signal: AbortSignal): Promise<StoredRecord | undefined> {
    const secret = await this.#kube.get(this.#ref(name), signal);
    return secret && recordOf(secret);
  }

  /** Those of this state that have the other labels as well. */
  async list(state: string, signal: AbortSignal, labels: Readonly<Record<string, string>> = {}): Promise<readonly StoredRecord[]> {
    const labelSelector = Object.entries({ [stateLabel]: state, ...labels })
      .map(([label, value]) => `${label}=${value}`)
      .join(",");
    const list = await this.#kube.list(secrets, { namespace: this.#namespace, labelSelector }, signal);
    return list.items.map(recordOf);
  }

  /**
   * Writes the record over the version `over`, or creates it when that is undefined. Answers the new version. Throws
   * KUBE_STALE or KUBE_EXISTS when somebody else was faster.
   */
  async write(record: SecretRecord, over: string | undefined, signal: AbortSignal): Promise<string> {
    const secret = this.#secretOf(record, over);
    const ref = this.#ref(record.name);
    const stored = over === undefined ? await this.#kube.create(ref, secret, signal) : await this.#kube.replace(ref, secret, signal);
    return resourceVersionOf(stored);
  }

  /** Deletes exactly what was read. Gone already is fine. */
  async remove({ name, uid }: Pick<StoredRecord, "name" | "uid">, signal: AbortSignal): Promise<void> {
    try {
      await this.#kube.delete(this.#ref(name), { uid }, signal);
    } catch (thrown) {
      if (!(thrown instanceof DroverError && thrown.code === "KUBE_NOT_FOUND")) throw thrown;
    }
  }

  #ref(name: string): ObjectRef {
    return { resource: secrets, namespace: this.#namespace, name };
  }

  #secretOf({ name, data, labels }: SecretRecord, resourceVersion: string | undefined): KubeObject {
    return {
      apiVersion: "v1",
      kind: "Secret",
      type: "drover.dev/agent-state",
      metadata: { name, namespace: this.#namespace, labels: { ...labels }, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
      data: Object.fromEntries(Object.entries(data).map(([key, bytes]) => [key, bytes.toString("base64")])),
    };
  }
}

function recordOf(secret: KubeObject): StoredRecord {
  const data = member(secret, "data");
  const labels = member(secret.metadata, "labels");
  return {
    name: secret.metadata.name,
    data: Object.fromEntries(
      Object.entries(isJsonObject(data) ? data : {}).map(([key, text]) => [key, Buffer.from(textOf(text), "base64")]),
    ),
    labels: Object.fromEntries(Object.keys(isJsonObject(labels) ? labels : {}).map((label) => [label, labelOf(secret, label) ?? ""])),
    resourceVersion: resourceVersionOf(secret),
    uid: uidOf(secret),
  };
}

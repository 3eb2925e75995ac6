import type { BundleRef } from "@drover/proto/wire";
import { maxRecordBytes, type SecretRecord, type SecretRecords, stateLabel, type StoredRecord } from "./secret-records.ts";

/** Bundles that were in force, by application, so that the agent can put back what it applied without anybody's help. */
const keptPerApplication = 3;

const applicationLabel = "drover.dev/application";
const digestLabel = "drover.dev/bundle";

/** Enough of the digest for a label; the content is checked against the whole. */
const shortOf = (sha256: string): string => sha256.slice("sha256:".length, "sha256:".length + 40);

export class BundleStore {
  readonly #records: SecretRecords;

  constructor(records: SecretRecords) {
    this.#records = records;
  }

  /** The compressed bytes, or undefined when any piece is missing. Their digest is the caller's to check. */
  async load(application: string, sha256: string, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const first = await this.#records.read(nameOf(application, sha256, 0), signal);
    if (!first) return undefined;
    const pieces = Number(first.data["pieces"]?.toString());
    const rest = Array.from({ length: pieces - 1 }, (_, index) => this.#records.read(nameOf(application, sha256, index + 1), signal));
    const all = [first, ...(await Promise.all(rest))].map((record) => record?.data["gzip"]);
    return all.every((piece) => piece !== undefined) ? Buffer.concat(all) : undefined;
  }

  /** Stores the bundle, its first piece last: a reader that finds it finds all. Then lets go of bundles older than the last three, if not in force. */
  async save(application: string, { sha256 }: BundleRef, gzip: Uint8Array, signal: AbortSignal, inForce?: string): Promise<void> {
    const pieces = Math.max(1, Math.ceil(gzip.length / maxRecordBytes));
    const stored = await this.#listOf(application, signal);
    const order = Math.max(0, ...stored.map(orderOf)) + 1;
    for (let index = pieces - 1; index >= 0; index -= 1) {
      const record = recordOf(application, sha256, index, {
        gzip: Buffer.from(gzip.subarray(index * maxRecordBytes, (index + 1) * maxRecordBytes)),
        pieces: Buffer.from(String(pieces)),
        order: Buffer.from(String(order)),
      });
      const before = stored.find(({ name }) => name === record.name);
      await this.#records.write(record, before?.resourceVersion, signal);
    }
    const needed = new Set([sha256, inForce ?? sha256].map(shortOf));
    await this.#forget(stored, needed, signal);
  }

  /** Removes every bundle of an application. */
  async forget(application: string, signal: AbortSignal): Promise<void> {
    for (const record of await this.#listOf(application, signal)) await this.#records.remove(record, signal);
  }

  /** Of this application alone: those of a hundred others are many megabytes. */
  #listOf(application: string, signal: AbortSignal): Promise<readonly StoredRecord[]> {
    return this.#records.list("bundle", signal, { [applicationLabel]: application });
  }

  async #forget(stored: readonly StoredRecord[], needed: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const own = stored.filter(({ labels }) => !needed.has(labels[digestLabel] ?? ""));
    const newestFirst = [...new Set(own.toSorted((a, b) => orderOf(b) - orderOf(a)).map(({ labels }) => labels[digestLabel]))];
    const kept = new Set(newestFirst.slice(0, keptPerApplication - 1));
    for (const record of own) if (!kept.has(record.labels[digestLabel])) await this.#records.remove(record, signal);
  }
}

const nameOf = (application: string, sha256: string, piece: number): string => `drover-bundle-${application}-${shortOf(sha256)}-${piece}`;

const recordOf = (application: string, sha256: string, piece: number, data: SecretRecord["data"]): SecretRecord => ({
  name: nameOf(application, sha256, piece),
  data,
  labels: { [stateLabel]: "bundle", [applicationLabel]: application, [digestLabel]: shortOf(sha256) },
});

const orderOf = ({ data }: StoredRecord): number => Number(data["order"]?.toString() ?? 0);

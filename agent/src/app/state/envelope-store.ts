import { parseJson, toDroverError } from "@drover/kit";
import { type Dsse, readDsse } from "@drover/proto/wire";
import { type SecretRecords, stateLabel } from "./secret-records.ts";

const name = "drover-envelope";

/** The last good envelope, as it was signed: it is what the agent works from when nobody answers. */
export class EnvelopeStore {
  readonly #records: SecretRecords;
  #resourceVersion: string | undefined;

  constructor(records: SecretRecords) {
    this.#records = records;
  }

  async load(signal: AbortSignal): Promise<Dsse | undefined> {
    const stored = await this.#records.read(name, signal);
    this.#resourceVersion = stored?.resourceVersion;
    const envelope = stored?.data["envelope"];
    return envelope && readDsse(parseJson(envelope.toString()));
  }

  /** Throws KUBE_STALE when another process of this agent has written since: it must not be overwritten unread. */
  async save(envelope: Dsse, signal: AbortSignal): Promise<void> {
    const record = { name, data: { envelope: Buffer.from(JSON.stringify(envelope)) }, labels: { [stateLabel]: "envelope" } };
    try {
      this.#resourceVersion = await this.#records.write(record, this.#resourceVersion, signal);
    } catch (thrown) {
      // A write whose answer was lost looks the same as somebody else's; the next attempt starts from what is stored.
      if (toDroverError(thrown).kind !== "unavailable") this.#resourceVersion = (await this.#records.read(name, signal))?.resourceVersion;
      throw thrown;
    }
  }
}

import { parseJson, Secret } from "@drover/kit";
import { type Identity, readIdentity } from "@drover/proto/wire";
import { type SecretRecords, stateLabel } from "./secret-records.ts";

/** Who this agent is. Seeds are stored before anybody is told their public half, so that a crash cannot lose a key in use. */
export interface StoredIdentity {
  /** The key in use; before enrolment the one that asks for it. */
  readonly seed: Secret;
  /** The key a renewal in flight hands over to. */
  readonly nextSeed?: Secret;
  /** Undefined until enrolled. */
  readonly identity?: Identity;
}

const name = "drover-identity";

/** An identity belongs to one cluster. Copied to another with the Secret that holds it, by a restored backup say, it is not used there. */
export class IdentityStore {
  readonly #records: SecretRecords;
  readonly #clusterUid: string;
  #resourceVersion: string | undefined;

  constructor(records: SecretRecords, clusterUid: string) {
    this.#records = records;
    this.#clusterUid = clusterUid;
  }

  /** Undefined where none was stored for this very cluster. */
  async load(signal: AbortSignal): Promise<StoredIdentity | undefined> {
    const stored = await this.#records.read(name, signal);
    this.#resourceVersion = stored?.resourceVersion;
    const { clusterUid, seed, nextSeed, identity } = stored?.data ?? {};
    if (!seed || clusterUid?.toString() !== this.#clusterUid) return undefined;
    return {
      seed: new Secret(seed.toString()),
      ...(nextSeed ? { nextSeed: new Secret(nextSeed.toString()) } : {}),
      ...(identity ? { identity: readIdentity(parseJson(identity.toString())) } : {}),
    };
  }

  async save({ seed, nextSeed, identity }: StoredIdentity, signal: AbortSignal): Promise<void> {
    const data = {
      clusterUid: Buffer.from(this.#clusterUid),
      seed: Buffer.from(seed.reveal()),
      ...(nextSeed ? { nextSeed: Buffer.from(nextSeed.reveal()) } : {}),
      ...(identity ? { identity: Buffer.from(JSON.stringify(identity)) } : {}),
    };
    this.#resourceVersion = await this.#records.write({ name, data, labels: { [stateLabel]: "identity" } }, this.#resourceVersion, signal);
  }
}

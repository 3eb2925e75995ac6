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

export class IdentityStore {
  readonly #records: SecretRecords;
  #resourceVersion: string | undefined;

  constructor(records: SecretRecords) {
    this.#records = records;
  }

  async load(signal: AbortSignal): Promise<StoredIdentity | undefined> {
    const stored = await this.#records.read(name, signal);
    this.#resourceVersion = stored?.resourceVersion;
    const { seed, nextSeed, identity } = stored?.data ?? {};
    if (!seed) return undefined;
    return {
      seed: new Secret(seed.toString()),
      ...(nextSeed ? { nextSeed: new Secret(nextSeed.toString()) } : {}),
      ...(identity ? { identity: readIdentity(parseJson(identity.toString())) } : {}),
    };
  }

  async save({ seed, nextSeed, identity }: StoredIdentity, signal: AbortSignal): Promise<void> {
    const data = {
      seed: Buffer.from(seed.reveal()),
      ...(nextSeed ? { nextSeed: Buffer.from(nextSeed.reveal()) } : {}),
      ...(identity ? { identity: Buffer.from(JSON.stringify(identity)) } : {}),
    };
    this.#resourceVersion = await this.#records.write({ name, data, labels: { [stateLabel]: "identity" } }, this.#resourceVersion, signal);
  }
}

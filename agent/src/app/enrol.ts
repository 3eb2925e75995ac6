import { type Backoff, backoffMs, boundaries, DroverError, fullJitter, Secret, toDroverError } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import { createNkey, enrolmentProof, type Identity, nkeyFromSeed } from "@drover/proto/wire";
import type { EnrolmentApi } from "./control-plane.ts";
import type { IdentityStore, StoredIdentity } from "./state/identity-store.ts";

export interface Enrolled extends StoredIdentity {
  readonly identity: Identity;
}

export interface EnrolDeps {
  readonly api: EnrolmentApi;
  readonly identities: IdentityStore;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Needed only where no identity is stored. */
  readonly token: Secret | undefined;
  readonly clusterUid: string;
  readonly kubernetesVersion: string;
  readonly agentVersion: string;
}

const retries: Backoff = { firstMs: 1_000, factor: 2, maxMs: 60_000 };

/** Exchanges the token for an identity, trying again while nobody answers. Throws what the server refuses it for. */
export async function enrol(stored: StoredIdentity | undefined, deps: EnrolDeps, signal: AbortSignal): Promise<Enrolled> {
  const { token } = deps;
  if (!token)
    throw new DroverError("unauthenticated", "ENROLMENT_TOKEN_MISSING", "enrol: set DROVER_ENROLMENT_TOKEN or DROVER_ENROLMENT_TOKEN_FILE");
  const seed = stored?.seed ?? (await createSeed(deps, signal));
  for (let attempt = 0; ; attempt += 1) {
    try {
      const identity = await ask(seed, token, deps, signal);
      await deps.identities.save({ seed, identity }, signal);
      return { seed, identity };
    } catch (thrown) {
      const error = toDroverError(thrown);
      if (signal.aborted || !boundaries[error.kind].retry) throw thrown;
      deps.log.warn({ err: error }, "enrolment did not succeed, trying again");
      await deps.clock.sleep(500 + fullJitter(backoffMs(retries, attempt), deps.random()), signal);
    }
  }
}

/** Stored before the server hears of it: a crash after its answer can ask again with the same key and gets the same answer. */
async function createSeed({ identities }: EnrolDeps, signal: AbortSignal): Promise<Secret> {
  const seed = new Secret(createNkey("user").seedText);
  await identities.save({ seed }, signal);
  return seed;
}

async function ask(seed: Secret, token: Secret, deps: EnrolDeps, signal: AbortSignal): Promise<Identity> {
  const { api, clusterUid, kubernetesVersion, agentVersion } = deps;
  const key = nkeyFromSeed("user", seed.reveal());
  const { nonce } = await api.challenge(signal);
  const proof = enrolmentProof(nonce, token.reveal(), key.publicText, clusterUid);
  return api.enrol(
    {
      token: token.reveal(),
      nonce,
      publicKey: key.publicText,
      clusterUid,
      kubernetesVersion,
      agentVersion,
      signature: Buffer.from(key.sign(proof)).toString("base64"),
    },
    signal,
  );
}

import type { Identity, Signer, TrustedKeys } from "@drover/proto/wire";

/** The keys that make an envelope ours. Agents pin them when they enrol. */
export interface EnvelopeKeys {
  readonly version: number;
  /** The one that signs now. */
  readonly signer: Signer;
  /** Those whose signatures count, the signing one included. */
  readonly trusted: TrustedKeys;
}

/** The public half, as agents are told. */
export const publicKeyset = ({ version, trusted }: EnvelopeKeys): Identity["keyset"] => ({
  version,
  keys: [...trusted].map(([keyId, publicKey]) => ({ keyId, publicKey: Buffer.from(publicKey).toString("base64") })),
});

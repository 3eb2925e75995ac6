import { DroverError, canonicalJson, parseJson } from "@drover/kit";
import { Type, type Static } from "typebox";
import { compileReader } from "./reader.ts";
import { type PublicKey, type Signer, verifySignature } from "./keys.ts";

/** Dead Simple Signing Envelope: what was signed is the exact bytes of the payload and its type, nothing re-serialised. */
export const Dsse = Type.Object({
  payloadType: Type.String({ maxLength: 128 }),
  payload: Type.String({ description: "base64" }),
  signatures: Type.Array(
    Type.Object({ keyid: Type.String({ maxLength: 128 }), sig: Type.String({ maxLength: 128, description: "base64" }) }),
    {
      minItems: 1,
      maxItems: 4,
    },
  ),
});
export type Dsse = Static<typeof Dsse>;

export const readDsse = compileReader(Dsse, "DSSE_INVALID", "signed envelope");

/** Signs a value's canonical JSON. */
export function signDsse(payloadType: string, value: unknown, signer: Signer): Dsse {
  const payload = Buffer.from(canonicalJson(value));
  const sig = Buffer.from(signer.sign(preAuthEncoding(payloadType, payload))).toString("base64");
  return { payloadType, payload: payload.toString("base64"), signatures: [{ keyid: signer.keyId, sig }] };
}

/** Keys that may sign, by key id. */
export type TrustedKeys = ReadonlyMap<string, PublicKey>;

/**
 * The payload of an envelope that one of `trusted` signed. Throws `unauthenticated` SIGNATURE_INVALID for another type,
 * an unknown key or a wrong signature; the payload is not even parsed then.
 */
export function openDsse(
  payloadType: string,
  dsse: Dsse,
  trusted: TrustedKeys,
): { readonly payload: Buffer; readonly value: unknown; readonly keyId: string } {
  const payload = Buffer.from(dsse.payload, "base64");
  const signed = preAuthEncoding(dsse.payloadType, payload);
  const valid = dsse.signatures.find(({ keyid, sig }) => {
    const key = trusted.get(keyid);
    return key !== undefined && verifySignature(key, signed, Buffer.from(sig, "base64"));
  });
  if (dsse.payloadType !== payloadType || !valid)
    throw new DroverError(
      "unauthenticated",
      "SIGNATURE_INVALID",
      `open ${payloadType}: no valid signature by a known key; if the key was replaced, enrol anew`,
    );
  return { payload, value: parseJson(payload.toString("utf8")), keyId: valid.keyid };
}

function preAuthEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType);
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}

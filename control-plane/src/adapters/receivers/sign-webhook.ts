import { createHmac } from "node:crypto";
import type { Secret } from "@drover/kit";

const prefix = "whsec_";
/** Bytes of a key; SHA-256 gains nothing from more than 64. */
const length = { least: 24, most: 64 };

/** The key's bytes: base64 behind `whsec_`, as the Standard Webhooks specification writes it. Undefined when it is none, or too short. */
export function signingKey(text: Secret): Buffer | undefined {
  const written = text.reveal();
  if (!written.startsWith(prefix) || !/^[A-Za-z0-9+/]+=*$/.test(written.slice(prefix.length))) return undefined;
  const key = Buffer.from(written.slice(prefix.length), "base64");
  return key.length < length.least || key.length > length.most ? undefined : key;
}

/** `webhook-id`, `webhook-timestamp` and `webhook-signature`: one signature a key, so that both count while one is replaced. */
export function signWebhook(keys: readonly Buffer[], id: string, atSeconds: number, body: string): Readonly<Record<string, string>> {
  const signed = `${id}.${atSeconds}.${body}`;
  return {
    "webhook-id": id,
    "webhook-timestamp": String(atSeconds),
    "webhook-signature": keys.map((key) => `v1,${createHmac("sha256", key).update(signed).digest("base64")}`).join(" "),
  };
}

import { cloudEvent } from "../../domain/notification/format/cloud-event.ts";
import type { Outgoing } from "../../domain/notification/outgoing.ts";
import type { Sent } from "../../domain/notification/retry.ts";
import type { CredentialFiles } from "./credential-files.ts";
import { missing, type ReceiverOptions } from "./receiver-options.ts";
import { post } from "./post.ts";
import { signingKey, signWebhook } from "./sign-webhook.ts";

/** A CloudEvent, signed as the Standard Webhooks specification says. */
export async function sendWebhook(
  { clock, ...egress }: ReceiverOptions,
  url: string,
  files: CredentialFiles,
  outgoing: Outgoing,
  signal: AbortSignal,
): Promise<Sent> {
  const [current, previous] = [await files.read("signing-key"), await files.read("signing-key.previous")];
  const keys = [current, previous].filter((key) => key !== undefined).map(signingKey);
  if (current === undefined || keys.includes(undefined))
    return missing(files, "signing-key", "whsec_ and the base64 of 24 to 64 random bytes");
  const body = JSON.stringify(cloudEvent(outgoing));
  const signature = signWebhook(
    keys.filter((key) => key !== undefined),
    outgoing.id,
    Math.floor(clock.now() / 1000),
    body,
  );
  const headers = { "content-type": "application/cloudevents+json; charset=utf-8", ...signature };
  return post(egress, { url, headers, body, ca: await files.read("ca.crt"), isTrusted: false }, signal);
}

import { createHmac, randomUUID } from "node:crypto";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { errorChain } from "@drover/kit";

/** Where to tell about pushes. */
export interface Webhook {
  readonly url: string;
  readonly secret: string;
  /** PEM of the authority to trust for an https URL besides the public ones. */
  readonly ca?: string;
}

export interface Push {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly repository: { readonly full_name: string; readonly clone_url: string };
}

export interface Delivery {
  readonly url: string;
  readonly push: Push;
  readonly outcome: { readonly kind: "answered"; readonly status: number } | { readonly kind: "failed"; readonly reason: string };
}

const deliveryTimeoutMs = 10_000;

/** Posts a push in GitHub's form. Like GitHub it tries once and never throws. */
export async function deliverPush(webhook: Webhook, push: Push): Promise<Delivery> {
  const body = JSON.stringify(push);
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "user-agent": "GitHub-Hookshot/drover",
    "x-github-event": "push",
    "x-github-delivery": randomUUID(),
    "x-hub-signature-256": `sha256=${createHmac("sha256", webhook.secret).update(body).digest("hex")}`,
  };
  try {
    return { url: webhook.url, push, outcome: { kind: "answered", status: await post(webhook, headers, body) } };
  } catch (error) {
    return { url: webhook.url, push, outcome: { kind: "failed", reason: errorChain(error) } };
  }
}

function post({ url, ca }: Webhook, headers: Record<string, string | number>, body: string): Promise<number> {
  const options = { method: "POST", headers, signal: AbortSignal.timeout(deliveryTimeoutMs), agent: false } as const;
  return new Promise((resolve, reject) => {
    const request = url.startsWith("https:")
      ? httpsRequest(url, { ...options, ...(ca === undefined ? {} : { ca }) })
      : httpRequest(url, options);
    request.once("error", reject);
    request.once("response", (response) => {
      response.resume();
      resolve(response.statusCode as number);
    });
    request.end(body);
  });
}

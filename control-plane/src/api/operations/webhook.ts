import { createHmac, timingSafeEqual } from "node:crypto";
import { DroverError, type Secret, memberAt } from "@drover/kit";

interface Delivery {
  readonly secret: Secret | undefined;
  readonly rawBody: Buffer;
  readonly body: unknown;
  readonly header: (name: string) => string | undefined;
}

interface Push {
  readonly urls: readonly string[];
  readonly ref: string;
}

/** A push in GitHub's form, after its signature was checked. Undefined for other events, such as the ping. */
export function readPush({ secret, rawBody, body, header }: Delivery): Push | undefined {
  if (secret === undefined)
    throw new DroverError(
      "forbidden",
      "WEBHOOKS_DISABLED",
      "receive webhook: no secret is configured; set DROVER_WEBHOOK_SECRET on the server",
    );
  checkSignature(secret, rawBody, header("x-hub-signature-256"));
  if (header("x-github-event") !== "push") return undefined;
  const repository = memberAt(body, "repository");
  const urls = ["clone_url", "ssh_url", "git_url", "html_url", "url"].map((name) => memberAt(repository, name)).filter(isUrl);
  const ref = memberAt(body, "ref");
  if (urls.length === 0 || typeof ref !== "string" || ref.length > 300)
    throw new DroverError("invalid", "WEBHOOK_INVALID", "receive webhook: a push names its ref and its repository's URLs");
  return { urls, ref };
}

const isUrl = (value: unknown): value is string => typeof value === "string" && value.length <= 2048;

function checkSignature(secret: Secret, rawBody: Buffer, given: string | undefined): void {
  const wanted = Buffer.from(`sha256=${createHmac("sha256", secret.reveal()).update(rawBody).digest("hex")}`);
  const got = Buffer.from(given ?? "");
  if (got.length !== wanted.length || !timingSafeEqual(got, wanted))
    throw new DroverError(
      "unauthenticated",
      "WEBHOOK_SIGNATURE_INVALID",
      "receive webhook: the signature does not fit; use the same secret on both sides",
    );
}

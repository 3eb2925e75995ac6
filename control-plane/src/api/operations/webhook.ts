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

/** How a git host proves that it sent something, says what, and names the repository. */
interface GitHost {
  readonly isSigned: (secret: Secret, rawBody: Buffer, header: Delivery["header"]) => boolean;
  readonly eventHeader: string;
  readonly pushEvents: readonly string[];
  /** Where the payload names the repository, and the members that are URLs of it. */
  readonly repository: string;
  readonly urlMembers: readonly string[];
}

const hosts = {
  github: {
    isSigned: (secret, rawBody, header) => isEqual(`sha256=${hmac(secret, rawBody)}`, header("x-hub-signature-256")),
    eventHeader: "x-github-event",
    pushEvents: ["push"],
    repository: "repository",
    urlMembers: ["clone_url", "ssh_url", "git_url", "html_url", "url"],
  },
  // GitLab sends the secret itself and signs nothing.
  gitlab: {
    isSigned: (secret, _rawBody, header) => isEqual(secret.reveal(), header("x-gitlab-token")),
    eventHeader: "x-gitlab-event",
    pushEvents: ["Push Hook", "Tag Push Hook"],
    repository: "project",
    urlMembers: ["git_http_url", "git_ssh_url", "http_url", "ssh_url", "web_url", "url"],
  },
  gitea: {
    isSigned: (secret, rawBody, header) => isEqual(hmac(secret, rawBody), header("x-gitea-signature")),
    eventHeader: "x-gitea-event",
    pushEvents: ["push"],
    repository: "repository",
    urlMembers: ["clone_url", "ssh_url", "html_url", "url"],
  },
} as const satisfies Record<string, GitHost>;

/** A push in a git host's form, after its proof was checked. Undefined for other events, such as GitHub's ping. */
export function readPush(from: keyof typeof hosts, { secret, rawBody, body, header }: Delivery): Push | undefined {
  if (secret === undefined)
    throw new DroverError(
      "forbidden",
      "WEBHOOKS_DISABLED",
      "receive webhook: no secret is configured; set DROVER_WEBHOOK_SECRET on the server",
    );
  const host: GitHost = hosts[from];
  if (!host.isSigned(secret, rawBody, header))
    throw new DroverError(
      "unauthenticated",
      "WEBHOOK_SIGNATURE_INVALID",
      "receive webhook: the signature does not fit; use the same secret on both sides",
    );
  if (!host.pushEvents.includes(header(host.eventHeader) ?? "")) return undefined;
  const repository = memberAt(body, host.repository);
  const urls = host.urlMembers.map((name) => memberAt(repository, name)).filter(isUrl);
  const ref = memberAt(body, "ref");
  if (urls.length === 0 || typeof ref !== "string" || ref.length > 300)
    throw new DroverError("invalid", "WEBHOOK_INVALID", "receive webhook: a push names its ref and its repository's URLs");
  return { urls, ref };
}

const isUrl = (value: unknown): value is string => typeof value === "string" && value.length <= 2048;

const hmac = (secret: Secret, rawBody: Buffer): string => createHmac("sha256", secret.reveal()).update(rawBody).digest("hex");

function isEqual(wanted: string, given: string | undefined): boolean {
  const [left, right] = [Buffer.from(wanted), Buffer.from(given ?? "")];
  return left.length === right.length && timingSafeEqual(left, right);
}

import type { Secret } from "@drover/kit";
import { oneLine } from "../../domain/notification/plain-text.ts";
import type { Sent } from "../../domain/notification/retry.ts";
import { aborting } from "../egress/aborting.ts";
import { type EgressOptions, hostOf, portOf, resolveChecked } from "../egress/resolve-checked.ts";
import { type PinnedAnswer, reasonOf, requestOnce } from "../http/request-once.ts";

export interface Post {
  /** Often a secret itself, so that no text may show more of it than its host. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly ca: Secret | undefined;
  /**
   * Whether what the receiver says may be shown. Not where a fleet file names the address: nobody is to read by way of us what stands behind it.
   */
  readonly isTrusted: boolean;
}

/** Posts once, under the egress rule. Throws only what `signal` aborts with. */
export async function post(egress: EgressOptions, { url, headers, body, ca, isTrusted }: Post, signal: AbortSignal): Promise<Sent> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    return { kind: "Refused", code: "NOTIFICATION_CREDENTIALS_INVALID", said: "the receiver's address is no http:// or https:// URL" };
  const target = new URL(url);
  const checked = await aborting(resolveChecked(egress, hostOf(target), portOf(target)), signal);
  if (checked.kind === "refused")
    return { kind: "Refused", code: "NOTIFICATION_EGRESS_REFUSED", said: `call ${target.host}: ${checked.message}` };
  if (checked.kind === "unresolved") return unreachable(target, checked.message);
  try {
    const { address } = checked;
    return judgeAnswer(await requestOnce({ method: "POST", url: target, address, headers, body, ca: ca?.reveal() }, signal), isTrusted);
  } catch (cause) {
    signal.throwIfAborted();
    return unreachable(target, reasonOf(cause));
  }
}

const unreachable = ({ host }: URL, reason: string): Sent => ({
  kind: "Failed",
  code: "NOTIFICATION_UNREACHABLE",
  said: `call ${host}: ${reason}`,
});

/** What a receiver that is overloaded, restarting or behind a broken proxy says. Everything else says that the message is not wanted. */
const passing = new Set([408, 409, 421, 423, 425, 429]);
const maxShown = 200;

function judgeAnswer({ status, headers, body }: PinnedAnswer, isTrusted: boolean): Sent {
  const words = isTrusted ? oneLine(body, maxShown) : "";
  const said = `HTTP ${status}${words === "" ? "" : `: ${words}`}`;
  if (status >= 200 && status < 300) return { kind: "Delivered", said: `HTTP ${status}` };
  if (status >= 300 && status < 400)
    return { kind: "Refused", code: "NOTIFICATION_REFUSED", said: `HTTP ${status}: it redirects, and redirects are not followed` };
  if (status < 500 && !passing.has(status)) return { kind: "Refused", code: "NOTIFICATION_REFUSED", said };
  const retryAfterMs = retryAfter(headers["retry-after"]);
  return { kind: "Failed", code: "NOTIFICATION_UNREACHABLE", said, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** Seconds, or a date. */
function retryAfter(header: string | readonly string[] | undefined): number | undefined {
  if (typeof header !== "string") return undefined;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

import type { IncomingMessage } from "node:http";
import { Secret } from "@drover/kit";
import type { Fault } from "./fault.ts";
import type { KubeCall } from "./kube-call.ts";

/** One request as it went through the proxy. */
export interface Recorded extends KubeCall {
  /** Undefined while nobody answers, and where nobody did. */
  readonly status: number | undefined;
  /** What was done to it. */
  readonly fault: Fault["kind"] | undefined;
  /** Whom it acts as, when not as itself. */
  readonly impersonate: { readonly user: string; readonly groups: readonly string[] } | undefined;
  readonly authorization: Secret | undefined;
  /** Monotonic milliseconds, of `performance.now()`. */
  readonly at: number;
}

export type Recording = { -readonly [K in keyof Recorded]: Recorded[K] };

export function recordingOf(call: KubeCall, { headersDistinct, headers }: IncomingMessage): Recording {
  const user = headersDistinct["impersonate-user"]?.[0];
  return {
    ...call,
    status: undefined,
    fault: undefined,
    impersonate: user === undefined ? undefined : { user, groups: headersDistinct["impersonate-group"] ?? [] },
    authorization: headers.authorization === undefined ? undefined : new Secret(headers.authorization),
    at: performance.now(),
  };
}

import { DroverError } from "@drover/kit";
import type { HttpAnswer, HttpCall } from "../../app/gate/measure-gate.ts";
import { aborting } from "../egress/aborting.ts";
import { type EgressOptions, hostOf, portOf, resolveChecked } from "../egress/resolve-checked.ts";
import { reasonOf, requestOnce } from "./request-once.ts";
import { loadToken } from "./token-folder.ts";

export interface CallOptions extends EgressOptions {
  /** Holds one folder for each credentialsRef. */
  readonly credentialsDir: string;
}

/**
 * Calls a URL that somebody wrote into a fleet file: connects to the very address that was judged, follows no redirect, and reads a
 * bounded answer. Throws `forbidden` GATE_EGRESS_REFUSED, `unavailable` GATE_UNREACHABLE or GATE_CREDENTIALS_MISSING, and what `signal` aborts with.
 */
export async function callChecked(options: CallOptions, { url, credentialsRef }: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
  const target = new URL(url);
  const address = await aborting(checkedAddress(options, target), signal);
  const credentials = await loadToken(options.credentialsDir, credentialsRef);
  const headers = { accept: "*/*", ...(credentials.token && { authorization: `Bearer ${credentials.token.reveal()}` }) };
  try {
    return await requestOnce({ method: "GET", url: target, address, headers, ca: credentials.ca }, signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw new DroverError("unavailable", "GATE_UNREACHABLE", `call ${target.host}: ${reasonOf(cause)}`, { cause });
  }
}

/** As the text of an error that gates show. */
async function checkedAddress(options: CallOptions, url: URL): Promise<string> {
  const verdict = await resolveChecked(options, hostOf(url), portOf(url));
  switch (verdict.kind) {
    case "address":
      return verdict.address;
    case "refused":
      throw new DroverError("forbidden", "GATE_EGRESS_REFUSED", `call ${url.host}: ${verdict.message}`);
    case "unresolved":
      throw new DroverError("unavailable", "GATE_UNREACHABLE", `call ${url.host}: ${verdict.message}`, { cause: verdict.cause });
  }
}

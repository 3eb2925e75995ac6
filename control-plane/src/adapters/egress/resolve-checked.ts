import { lookup } from "node:dns/promises";
import { type EgressPolicy, judgeEgress } from "../../domain/fleet/egress.ts";

export interface EgressOptions {
  readonly egress: EgressPolicy;
  /** The system's resolver when absent. */
  readonly resolveHost?: (host: string) => Promise<readonly string[]>;
}

/** Where a host may be reached. Texts go into errors: they name no more than the host and what it resolves to. */
export type CheckedAddress =
  | { readonly kind: "address"; readonly address: string }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "unresolved"; readonly message: string; readonly cause?: unknown };

/** Judges where the host points to now, and answers the address to connect to: nobody may resolve it a second time. */
export async function resolveChecked(
  { egress, resolveHost = resolveBySystem }: EgressOptions,
  host: string,
  port: number,
): Promise<CheckedAddress> {
  let addresses: readonly string[];
  try {
    addresses = await resolveHost(host);
  } catch (cause) {
    return { kind: "unresolved", message: "its name does not resolve", cause };
  }
  const verdict = judgeEgress(egress, host, port, addresses);
  if (verdict.kind === "refused")
    return {
      kind: "refused",
      message: `it resolves to ${verdict.address}, a ${verdict.because} address; add ${host}:${port} to DROVER_EGRESS_ALLOW if that is meant`,
    };
  const [address] = addresses;
  return address === undefined ? { kind: "unresolved", message: "its name has no address" } : { kind: "address", address };
}

export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, "$1");
export const portOf = ({ port, protocol }: URL): number => Number(port || (protocol === "https:" ? 443 : 80));

const resolveBySystem = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true })).map(({ address }) => address);

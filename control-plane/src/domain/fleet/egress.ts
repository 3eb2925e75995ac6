import { addressKind, type AddressKind } from "@drover/kit";

/** Where Drover may connect to on behalf of what people write into repositories. */
export interface EgressPolicy {
  /** `host:port` as written in URLs; these go anywhere they resolve to. */
  readonly allow: readonly string[];
  readonly privateRanges: "allowed" | "refused";
}

export type EgressVerdict =
  | { readonly kind: "allowed" }
  | { readonly kind: "refused"; readonly address: string; readonly because: Exclude<AddressKind, "public"> };

/**
 * Judges every address that a host resolves to: one bad one refuses the host, since a resolver may turn them round at will.
 * The caller must connect to an address that was judged here and not resolve again.
 */
export function judgeEgress(policy: EgressPolicy, host: string, port: number, addresses: readonly string[]): EgressVerdict {
  if (isAllowListed(policy, host, port)) return { kind: "allowed" };
  for (const address of addresses) {
    const because = refusal(policy, address);
    if (because !== undefined) return { kind: "refused", address, because };
  }
  return { kind: "allowed" };
}

const isAllowListed = ({ allow }: EgressPolicy, host: string, port: number): boolean => {
  const written = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  return allow.some((entry) => entry.toLowerCase() === written);
};

function refusal({ privateRanges }: EgressPolicy, address: string): Exclude<AddressKind, "public"> | undefined {
  const kind = addressKind(address);
  return kind === "public" || (kind === "private" && privateRanges === "allowed") ? undefined : kind;
}

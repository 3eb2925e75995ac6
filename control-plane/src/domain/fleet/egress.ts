import { addressBlock, isWithin, parseAddress } from "./ip-address.ts";

/** Where Drover may connect to on behalf of what people write into repositories. */
export interface EgressPolicy {
  /** `host:port` as written in URLs; these go anywhere they resolve to. */
  readonly allow: readonly string[];
  readonly privateRanges: "allowed" | "refused";
}

export type EgressVerdict =
  | { readonly kind: "allowed" }
  | { readonly kind: "refused"; readonly address: string; readonly because: "local" | "metadata" | "private" | "unreadable" };

const metadata = ["169.254.169.254/32", "168.63.129.16/32", "100.100.100.200/32", "fd00:ec2::254/128"].map(addressBlock);

/** The machine itself, its link, and addresses that are no single machine. NAT64 forms of the first two count as they do. */
const local = [
  "0.0.0.0/8",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "192.0.0.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::/127",
  "fe80::/10",
  "ff00::/8",
  "64:ff9b::/104",
  "64:ff9b::7f00:0/104",
  "64:ff9b::a9fe:0/112",
].map(addressBlock);

const privateBlocks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "198.18.0.0/15", "fc00::/7", "fec0::/10"].map(
  addressBlock,
);

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

function refusal(policy: EgressPolicy, address: string): "local" | "metadata" | "private" | "unreadable" | undefined {
  const bytes = parseAddress(address);
  if (bytes === undefined) return "unreadable";
  if (metadata.some((block) => isWithin(bytes, block))) return "metadata";
  if (local.some((block) => isWithin(bytes, block))) return "local";
  if (policy.privateRanges === "refused" && privateBlocks.some((block) => isWithin(bytes, block))) return "private";
  return undefined;
}

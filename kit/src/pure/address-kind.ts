import { addressBlock, isWithin, parseAddress } from "./ip-address.ts";

/** What is behind an IP address, as far as its number tells. */
export type AddressKind = "local" | "metadata" | "private" | "public" | "unreadable";

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

export function addressKind(text: string): AddressKind {
  const bytes = parseAddress(text);
  if (bytes === undefined) return "unreadable";
  if (metadata.some((block) => isWithin(bytes, block))) return "metadata";
  if (local.some((block) => isWithin(bytes, block))) return "local";
  return privateBlocks.some((block) => isWithin(bytes, block)) ? "private" : "public";
}

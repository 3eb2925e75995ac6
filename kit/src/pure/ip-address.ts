/** An address as bytes: 4 of IPv4, 16 of IPv6. An IPv4 address written as IPv6 (`::ffff:…`) is an IPv4 address. Undefined for any other text. */
export function parseAddress(text: string): readonly number[] | undefined {
  const bytes = text.includes(":") ? parseIpv6(text) : parseIpv4(text);
  return bytes?.length === 16 && startsWith(bytes, mappedPrefix, 96) ? bytes.slice(12) : bytes;
}

/** A block such as `10.0.0.0/8`. */
export interface AddressBlock {
  readonly bytes: readonly number[];
  readonly bits: number;
}

export function addressBlock(text: string): AddressBlock {
  const [, address = "", bits = ""] = /^(.*)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const bytes = address.includes(":") ? parseIpv6(address) : parseIpv4(address);
  if (bytes === undefined || Number(bits) > 8 * bytes.length) throw new TypeError(`${text} is no address block`);
  return { bytes, bits: Number(bits) };
}

export const isWithin = (address: readonly number[], block: AddressBlock): boolean =>
  address.length === block.bytes.length && startsWith(address, block.bytes, block.bits);

/** Who is behind an address: itself for IPv4, its /64 for IPv6, where one customer has them all. Other text stands for itself. */
export function networkOf(text: string): string {
  const bytes = parseAddress(text);
  return bytes === undefined ? text : bytes.slice(0, bytes.length === 16 ? 8 : 4).join(".");
}

const mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255];

function startsWith(bytes: readonly number[], prefix: readonly number[], bits: number): boolean {
  for (let bit = 0; bit < bits; bit += 8) {
    const shift = Math.max(0, 8 - (bits - bit));
    const index = bit / 8;
    if ((bytes[index] as number) >> shift !== (prefix[index] as number) >> shift) return false;
  }
  return true;
}

function parseIpv4(text: string): readonly number[] | undefined {
  const parts = text.split(".");
  const bytes = parts.map(Number);
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part)) && bytes.every((byte) => byte < 256)
    ? bytes
    : undefined;
}

function parseIpv6(text: string): readonly number[] | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text.replace(/%.*$/, ""));
  const tail = dotted === null ? [] : parseIpv4(dotted[2] as string);
  if (tail === undefined) return undefined;
  const body = dotted === null ? text.replace(/%.*$/, "") : `${dotted[1] as string}${groupsOf(tail)}`;
  const halves = body.split("::");
  if (halves.length > 2) return undefined;
  const [head, rest] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - (head?.length ?? 0) - (rest?.length ?? 0);
  if (rest === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...(head ?? []), ...Array.from({ length: missing }, () => "0"), ...(rest ?? [])];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
}

const groupsOf = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]): string =>
  `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;

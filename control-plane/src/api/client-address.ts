import { type AddressBlock, isWithin, parseAddress } from "@drover/kit";

/** Whether what this address says about others is believed. */
export type TrustsProxy = (address: string) => boolean;

export const trustsNobody: TrustsProxy = () => false;

export const trustedProxies =
  (blocks: readonly AddressBlock[]): TrustsProxy =>
  (text) => {
    const address = parseAddress(text);
    return address !== undefined && blocks.some((block) => isWithin(address, block));
  };

/**
 * Who calls: the peer, or whom a trusted proxy names in `X-Forwarded-For`, where each adds at the end whom it saw. The first from the end
 * that is no trusted proxy counts; what stands before it anybody may have written.
 */
export function clientAddress(peer: string, forwardedFor: string, trusts: TrustsProxy): string {
  let caller = peer;
  for (const named of forwardedFor.split(",").reverse()) {
    const address = named.trim();
    if (!trusts(caller) || parseAddress(address) === undefined) return caller;
    caller = address;
  }
  return caller;
}

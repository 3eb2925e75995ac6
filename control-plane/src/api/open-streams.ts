import { DroverError } from "@drover/kit";
import type { Principal } from "../app/access/tokens.ts";

type StreamProtocol = "rest" | "grpc";

/** Watches and logs that are open at this replica, over both protocols: each may hold a batch for its reader. */
export interface OpenStreams {
  /** Counts one until the answer is called. Throws `exhausted` TOO_MANY_WATCHES when there is no room for another. */
  enter(protocol: StreamProtocol, principal: Principal | undefined): () => void;
}

/** Of one replica. */
const maxStreams = 1_000;
/** Of them by one API token: a program that forgets to close its streams leaves room for others. */
const maxStreamsOfToken = 500;

export function createOpenStreams(count: (protocol: StreamProtocol, open: number) => void = () => {}): OpenStreams {
  const open = { rest: 0, grpc: 0 };
  const byToken = new Map<string, number>();

  const add = (protocol: StreamProtocol, token: string, change: 1 | -1): void => {
    open[protocol] += change;
    count(protocol, open[protocol]);
    const left = (byToken.get(token) ?? 0) + change;
    if (left === 0) byToken.delete(token);
    else byToken.set(token, left);
  };

  return {
    enter(protocol, principal) {
      const token = principal?.tokenId ?? "";
      if (open.rest + open.grpc >= maxStreams)
        throw new DroverError("exhausted", "TOO_MANY_WATCHES", `${maxStreams} streams are open; try another replica`);
      if ((byToken.get(token) ?? 0) >= maxStreamsOfToken)
        throw new DroverError("exhausted", "TOO_MANY_WATCHES", `this API token has ${maxStreamsOfToken} streams open; close some`);
      add(protocol, token, 1);
      return () => add(protocol, token, -1);
    },
  };
}

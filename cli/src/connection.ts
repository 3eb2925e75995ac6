import { readFileSync } from "node:fs";
import { DroverError } from "@drover/kit";
import { type Client, type ClientOptions, createClient, type Fetch, type OperationId, routeTable, sendRequest } from "@drover/proto/rest";
import packageJson from "../package.json" with { type: "json" };
import { asTheServerAsks } from "./as-the-server-asks.ts";
import { chooseTarget, type Target } from "./contexts.ts";
import { sendOver } from "./send-request.ts";

export interface GlobalOptions {
  readonly context?: string;
  readonly server?: string;
  readonly requestTimeout: number;
  readonly verbose?: boolean;
}

type Say = (line: string) => void;

/** A client for the chosen server. Each request has a deadline, until which it waits as the server asks. */
export const connect = (options: GlobalOptions, env: NodeJS.ProcessEnv, say: Say): Client =>
  clientAt(chooseTarget(options, env), options, say);

/** The same for a server that no context names. */
export function clientAt(target: Target, options: GlobalOptions, say: Say): Client {
  const client = createClient(clientOptions(target, options, say));
  const call = (operationId: Parameters<Client>[0], input: object = {}): Promise<unknown> => {
    const signal = AbortSignal.timeout(options.requestTimeout);
    const ask = () => (client as (id: string, input: object) => Promise<unknown>)(operationId, { signal, ...input });
    const repeatable = routeTable[operationId].method === "GET";
    return asTheServerAsks(ask, { say, withinMs: options.requestTimeout, repeatable });
  };
  return call as Client;
}

/** An answer that comes piece by piece. One that follows something has no deadline. */
export type Stream = (
  operationId: OperationId,
  input: Pick<Parameters<typeof sendRequest>[2], "params" | "query" | "headers">,
  ends: boolean,
) => AsyncGenerator<string, void>;

export const openStream = (options: GlobalOptions, env: NodeJS.ProcessEnv, say: Say): Stream =>
  async function* (operationId, input, ends) {
    const signal = ends ? { signal: AbortSignal.timeout(options.requestTimeout) } : {};
    const { body } = await sendRequest(clientOptions(chooseTarget(options, env), options, say), operationId, { ...input, ...signal });
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body ?? []) yield decoder.decode(chunk, { stream: true });
    } catch (cause) {
      throw new DroverError("unavailable", "STREAM_CUT", `${operationId}: the server ended the stream before its end; ask again`, {
        cause,
      });
    }
  };

function clientOptions(target: Target, options: GlobalOptions, say: Say): ClientOptions {
  const send = sendOver(target.caFile === undefined ? undefined : readCa(target.caFile));
  return {
    baseUrl: target.server,
    token: target.token?.reveal(),
    fetch: options.verbose === true ? told(send, say) : send,
    headers: { "user-agent": `drover-cli/${packageJson.version}` },
  };
}

/** Method, address and status: headers hold the token. */
const told =
  (send: Fetch, say: Say): Fetch =>
  async (url, request) => {
    const start = performance.now();
    try {
      const response = await send(url, request);
      say(`${request.method} ${url} ${response.status} in ${Math.round(performance.now() - start)} ms`);
      return response;
    } catch (error) {
      say(`${request.method} ${url} without an answer after ${Math.round(performance.now() - start)} ms`);
      throw error;
    }
  };

function readCa(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new DroverError("invalid", "CA_UNREADABLE", `read CA: ${file} cannot be read`, { cause });
  }
}

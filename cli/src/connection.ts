import { readFileSync } from "node:fs";
import { DroverError } from "@drover/kit";
import { type Client, type ClientOptions, createClient, type OperationId, sendRequest } from "@drover/proto/rest";
import { chooseTarget } from "./contexts.ts";
import { sendOver } from "./send-request.ts";

export interface GlobalOptions {
  readonly context?: string;
  readonly server?: string;
  readonly requestTimeout: number;
}

/** A client for the chosen server. Each request has a deadline. */
export function connect(options: GlobalOptions, env: NodeJS.ProcessEnv): Client {
  const client = createClient(clientOptions(options, env));
  const call = (operationId: Parameters<Client>[0], input: object = {}): unknown =>
    (client as (id: string, input: object) => unknown)(operationId, { signal: AbortSignal.timeout(options.requestTimeout), ...input });
  return call as Client;
}

/** An answer that comes piece by piece. One that follows something has no deadline. */
export type Stream = (
  operationId: OperationId,
  input: Pick<Parameters<typeof sendRequest>[2], "params" | "query">,
  ends: boolean,
) => AsyncGenerator<string, void>;

export const openStream = (options: GlobalOptions, env: NodeJS.ProcessEnv): Stream =>
  async function* (operationId, input, ends) {
    const signal = ends ? { signal: AbortSignal.timeout(options.requestTimeout) } : {};
    const { body } = await sendRequest(clientOptions(options, env), operationId, { ...input, ...signal });
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body ?? []) yield decoder.decode(chunk, { stream: true });
    } catch (cause) {
      throw new DroverError("unavailable", "STREAM_CUT", `${operationId}: the server ended the stream before its end; ask again`, {
        cause,
      });
    }
  };

function clientOptions(options: GlobalOptions, env: NodeJS.ProcessEnv): ClientOptions {
  const target = chooseTarget(options, env);
  return {
    baseUrl: target.server,
    token: target.token?.reveal(),
    fetch: sendOver(target.caFile === undefined ? undefined : readCa(target.caFile)),
    headers: { "user-agent": "drover-cli" },
  };
}

function readCa(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new DroverError("invalid", "CA_UNREADABLE", `read CA: ${file} cannot be read`, { cause });
  }
}

import { readFileSync } from "node:fs";
import { DroverError } from "@drover/kit";
import { type ClientOptions, createClient, type Client } from "@drover/proto/rest";
import { Agent, fetch as undiciFetch } from "undici";
import { chooseTarget } from "./contexts.ts";

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

function clientOptions(options: GlobalOptions, env: NodeJS.ProcessEnv): ClientOptions {
  const target = chooseTarget(options, env);
  const dispatcher = new Agent({ connect: target.caFile === undefined ? {} : { ca: readCa(target.caFile) }, keepAliveTimeout: 1_000 });
  return {
    baseUrl: target.server,
    token: target.token?.reveal(),
    // undici's own fetch: the built-in one cannot be told which CA to trust.
    fetch: ((url: string, init: object) => undiciFetch(url, { ...init, dispatcher })) as unknown as typeof fetch,
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

import { chmod, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { canonicalJson, DroverError, parseJson, toDroverError } from "@drover/kit";
import { createMemoryCluster, type MemoryCluster, type MemoryClusterOptions } from "./cluster.ts";
import { type Calls, type Failure, maxMessageLength, type WatchCall } from "./protocol.ts";

export interface MemoryHostOptions extends Omit<MemoryClusterOptions, "name" | "uid"> {
  readonly socketPath: string;
  readonly clusters: readonly string[];
  /** Of clusters that were there before, by name. */
  readonly uids?: ReadonlyMap<string, string>;
}

/** In-memory clusters that outlive the agents working on them, which are processes of their own. */
export interface MemoryHost {
  readonly clusters: ReadonlyMap<string, MemoryCluster>;
  close(): Promise<void>;
}

/** Serves the clusters on a unix socket that only this user may open: whoever can is trusted. */
export async function startMemoryHost({ socketPath, clusters: names, uids, ...options }: MemoryHostOptions): Promise<MemoryHost> {
  const clusters = new Map(names.map((name) => [name, createMemoryCluster({ ...options, name, uid: uids?.get(name) })]));
  const server = createServer((request, response) => void serve(clusters, request, response));
  await rm(socketPath, { force: true }); // left by a host that was killed
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(socketPath, resolve));
  await chmod(socketPath, 0o600);
  return {
    clusters,
    close: async () => {
      for (const cluster of clusters.values()) cluster.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

type Handlers = { readonly [K in keyof Calls]: (cluster: MemoryCluster, args: Calls[K], signal: AbortSignal) => Promise<unknown> };

const handlers: Handlers = {
  discover: ({ kube }, _args, signal) => kube.discover(signal),
  apply: ({ kube }, [ref, object, options], signal) => kube.apply(ref, object, options, signal),
  create: ({ kube }, [ref, object], signal) => kube.create(ref, object, signal),
  replace: ({ kube }, [ref, object, options], signal) => kube.replace(ref, object, signal, options),
  replaceManagedFields: ({ kube }, [ref, fields, version], signal) => kube.replaceManagedFields(ref, fields, version, signal),
  get: ({ kube }, [ref], signal) => kube.get(ref, signal),
  list: ({ kube }, [resource, options], signal) => kube.list(resource, options, signal),
  delete: ({ kube }, [ref, precondition], signal) => kube.delete(ref, precondition, signal),
  logs: async ({ kube }, [pod, options], signal) => {
    const pieces: Buffer[] = [];
    for await (const piece of kube.logs(pod, { ...options, follow: false }, signal)) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  },
  "admin.list": ({ admin }, [resource, options]) => admin.list(resource, options),
  "admin.applyAs": ({ admin }, [manager, ref, object]) => admin.applyAs(manager, ref, object),
  "admin.create": ({ admin }, [manager, ref, object]) => admin.create(manager, ref, object),
  "admin.replace": ({ admin }, [manager, ref, object]) => admin.replace(manager, ref, object),
  "admin.merge": ({ admin }, [manager, ref, patch, part]) => admin.merge(manager, ref, patch, part),
  "admin.delete": ({ admin }, [ref]) => admin.delete(ref),
  "admin.compact": async (cluster) => cluster.compact(),
};

async function serve(clusters: ReadonlyMap<string, MemoryCluster>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    const [, name = "", call = ""] = (request.url ?? "").split("/").map(decodeURIComponent);
    const cluster = clusters.get(name);
    if (cluster === undefined) throw new DroverError("not-found", "MEMORY_CLUSTER_NOT_FOUND", `there is no in-memory cluster "${name}"`);
    const args = parseJson(await text(request));
    if (call === "watch") return await serveWatch(cluster, args as unknown as WatchCall, response, gone.signal);
    if (!isCall(call)) throw new DroverError("invalid", "MEMORY_CALL_UNKNOWN", `in-memory clusters have no call "${call}"`);
    const handler: (cluster: MemoryCluster, args: never, signal: AbortSignal) => Promise<unknown> = handlers[call];
    const result = await handler(cluster, args as never, gone.signal);
    response.end(canonicalJson(result));
  } catch (error) {
    if (response.headersSent) response.end(`${canonicalJson({ failure: failureOf(error) })}\n`);
    else response.writeHead(400).end(canonicalJson(failureOf(error)));
  }
}

/** The headers leave at once, so a refused watch is told by its first line. */
async function serveWatch(
  cluster: MemoryCluster,
  [resource, options, version]: WatchCall,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  response.setHeader("content-type", "application/x-ndjson");
  response.flushHeaders();
  for await (const event of cluster.kube.watch(resource, options, version, signal)) {
    const isDrained = response.write(`${canonicalJson(event)}\n`);
    if (!isDrained) await new Promise<void>((resolve) => response.once("drain", resolve).once("close", resolve));
  }
  response.end();
}

const isCall = (call: string): call is keyof Calls => Object.hasOwn(handlers, call);

function failureOf(error: unknown): Failure {
  const { kind, code, message, details } = toDroverError(error);
  return { kind, code, message, details: parseJson(canonicalJson(details)) as Failure["details"] };
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxMessageLength)
      throw new DroverError("invalid", "MEMORY_CALL_TOO_LARGE", `a call is larger than ${maxMessageLength} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

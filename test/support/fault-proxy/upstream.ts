import { readFile } from "node:fs/promises";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import type { KubernetesAccess } from "@drover/tools";

/** The real API server behind the proxy. */
export interface Upstream {
  send(call: { readonly method: string; readonly path: string }, headers: IncomingHttpHeaders, body: Buffer): Promise<IncomingMessage>;
  close(): void;
}

/** Not ours to pass on: they belong to one connection, or would hide the body from the faults. */
const droppedHeaders: ReadonlySet<string> = new Set([
  "host",
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
  "accept-encoding",
]);

export async function openUpstream(kubernetes: Pick<KubernetesAccess, "server" | "caFile">): Promise<Upstream> {
  const agent = new Agent({ keepAlive: true, ca: await readFile(kubernetes.caFile, "utf8") });
  return {
    close: () => agent.destroy(),
    send: ({ method, path }, headers, body) =>
      new Promise((resolve, reject) => {
        const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !droppedHeaders.has(name)));
        const length = body.length > 0 ? { "content-length": body.length } : {};
        request(`${kubernetes.server}${path}`, { method, agent, headers: { ...kept, ...length } })
          .once("response", resolve)
          .once("error", reject)
          .end(body);
      }),
  };
}

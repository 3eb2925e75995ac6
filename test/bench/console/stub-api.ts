import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Cluster, FleetSummary } from "@drover/proto/rest";

export interface StubApi {
  readonly url: string;
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** Serves the built console and a fleet of so many clusters, from memory: what is measured is the browser's work. */
export async function startStubApi(folder: string, clusters: number): Promise<StubApi> {
  const pages = pagesOf(Array.from({ length: clusters }, (_, index) => clusterAt(index)));
  const page = (await readFile(join(folder, "index.html"), "utf8")).replace("{{style-nonce}}", "bench");
  const answer = (url: URL): unknown => {
    if (url.pathname === "/v1/clusters") return pages[Number(url.searchParams.get("pageToken") ?? 0)];
    if (url.pathname === "/v1/fleet/summary") return summaryOf(clusters);
    if (url.pathname === "/v1/whoami")
      return { actor: "users/bench", role: "viewer", permissions: ["fleet.read"], approves: [], overrides: [] };
    return { items: [] };
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://stub");
    void (async () => {
      if (url.pathname.startsWith("/assets/")) {
        const packed = await readFile(join(folder, `${url.pathname}.br`)).catch(() => undefined);
        const type = types[extname(url.pathname)] ?? "application/octet-stream";
        response.writeHead(200, { "content-type": type, ...(packed && { "content-encoding": "br" }) });
        return response.end(packed ?? (await readFile(join(folder, url.pathname))));
      }
      if (url.pathname === "/floor") return response.writeHead(200, { "content-type": "text/html" }).end(floorPage(clusters));
      if (!url.pathname.startsWith("/v1/")) return response.writeHead(200, { "content-type": "text/html" }).end(page);
      // It stays open, as the real one does, and nothing happens.
      if (url.pathname.endsWith("/watch")) return response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer(url)));
    })().catch((error: Error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const pageSize = 500;

function pagesOf(clusters: readonly Cluster[]): readonly unknown[] {
  const count = Math.ceil(clusters.length / pageSize);
  return Array.from({ length: count }, (_, index) => ({
    items: clusters.slice(index * pageSize, (index + 1) * pageSize),
    ...(index + 1 < count ? { nextPageToken: String(index + 1) } : {}),
  }));
}

const regions = ["eu-west", "us-east", "ap-south", "sa-east"];

function clusterAt(index: number): Cluster {
  const region = regions[index % regions.length] ?? "eu-west";
  const isDegraded = index % 97 === 0;
  return {
    id: `c${String(index).padStart(25, "a")}`,
    name: `${region}-${index}`,
    project: "shop",
    labels: { region, tier: index % 10 === 0 ? "staging" : "production", store: String(index) },
    state: index % 211 === 0 ? "Offline" : "Connected",
    environments: [index % 10 === 0 ? "staging" : "production"],
    applications: { Healthy: isDegraded ? 49 : 50, Progressing: 0, Degraded: isDegraded ? 1 : 0, Suspended: 0, Missing: 0, Unknown: 0 },
    lastSeenAt: "2026-11-21T08:00:00Z",
    agentVersion: "0.1.0",
    kubernetesVersion: index % 3 === 0 ? "v1.35.8" : "v1.36.3",
    createdAt: "2026-11-01T08:00:00Z",
  };
}

const summaryOf = (clusters: number): FleetSummary => ({
  at: "2026-11-21T08:00:00Z",
  clusters: { total: clusters, states: { Pending: 0, Connected: clusters, Stale: 0, Offline: 0, Revoked: 0 }, maintenance: 0, drifted: 0 },
  health: { Healthy: clusters * 50, Progressing: 0, Degraded: 0, Suspended: 0, Missing: 0, Unknown: 0 },
  sync: { Synced: clusters * 50, OutOfSync: 0, Unknown: 0 },
  driftedObjects: 0,
  environments: [],
  agentVersions: [{ version: "0.1.0", clusters }],
  kubernetesVersions: [{ version: "v1.36.3", clusters }],
  rollouts: { Pending: 0, Running: 0, Paused: 0, Halted: 0, RollingBack: 0 },
});

/** The same answers, read and forgotten, and a box as high as all rows: what no page could do without. */
const floorPage = (clusters: number): string => `<!doctype html><title>floor</title>
<div role="region" style="height:800px;overflow:auto"><div style="height:${clusters * 36}px">rows</div></div>
<script>(async () => { let token; do { const answer = await fetch("/v1/clusters" + (token ? "?pageToken=" + token : ""));
token = (await answer.json()).nextPageToken; } while (token); document.body.insertAdjacentHTML("beforeend", "<h1>done</h1>"); })();</script>`;

import { createServer } from "node:http";
import { once } from "node:events";
import type { Agent } from "../../app/agent.ts";

/**
 * What the kubelet and Prometheus ask. Alive is also who still waits to be enrolled. Ready means that the engine runs: an agent
 * without a network is still doing its work.
 */
export async function serveHealth(
  port: number,
  running: () => Agent | undefined,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const { status, body } = answerTo(request.url ?? "", running());
    response.writeHead(status, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
    response.end(body);
  });
  server.listen(port);
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answerTo(path: string, agent: Agent | undefined): { readonly status: number; readonly body: string } {
  if (path === "/livez") return { status: 200, body: "ok\n" };
  if (path !== "/readyz" && path !== "/metrics") return { status: 404, body: "not found\n" };
  if (agent === undefined) return { status: 503, body: "the agent has not begun yet, its log says what it waits for\n" };
  return { status: 200, body: path === "/metrics" ? metrics(agent) : "ok\n" };
}

function metrics(agent: Agent): string {
  const { connected } = agent.health();
  const statuses = agent.statuses();
  const count = (sync: string): number => statuses.filter((status) => status.sync === sync).length;
  return [
    "# HELP drover_agent_connected Whether there is a connection to the control plane.",
    "# TYPE drover_agent_connected gauge",
    `drover_agent_connected ${connected ? 1 : 0}`,
    "# HELP drover_agent_applications Applications by sync state.",
    "# TYPE drover_agent_applications gauge",
    ...["Synced", "OutOfSync", "Unknown"].map((sync) => `drover_agent_applications{sync="${sync}"} ${count(sync)}`),
    "# HELP process_resident_memory_bytes Resident memory.",
    "# TYPE process_resident_memory_bytes gauge",
    `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
    "",
  ].join("\n");
}

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What gates ask in stories: a service with health checks, and a Prometheus. A story says what they answer. */
export interface CheckServer {
  /** `localhost:PORT`, for the list of allowed addresses. */
  readonly address: string;
  /** Names in stories, and what they are here. */
  readonly places: ReadonlyMap<string, string>;
  answer(path: string, status: number): void;
  /** The value of every query. */
  measure(value: number): void;
  stop(): Promise<void>;
}

export async function startCheckServer(): Promise<CheckServer> {
  const statuses = new Map<string, number>();
  let value = 0;
  const server = createServer(({ url = "/" }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    if (pathname === "/api/v1/query") return response.end(JSON.stringify(vectorOf(value)));
    return response.writeHead(statuses.get(pathname) ?? 200, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = `localhost:${(server.address() as AddressInfo).port}`;
  return {
    address,
    places: new Map(["checks.example.com", "prometheus.example.com"].map((name) => [name, address])),
    answer: (path, status) => void statuses.set(path, status),
    measure: (next) => void (value = next),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const vectorOf = (value: number): object => ({
  status: "success",
  data: { resultType: "vector", result: [{ metric: {}, value: [1_795_000_000, String(value)] }] },
});

import { request } from "node:https";

export interface KubeApi {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
}

export interface KubeAnswer {
  readonly status: number;
  readonly body: string;
}

const requestTimeoutMs = 5_000;

/** One request to an API server, undefined when it cannot be reached. Enough to start a cluster with; it is no client. */
export function askKubeApi(api: KubeApi, method: "GET" | "POST", path: string, body?: unknown): Promise<KubeAnswer | undefined> {
  const headers = { authorization: `Bearer ${api.token}`, "content-type": "application/json" };
  return new Promise((resolve) => {
    const call = request(`${api.server}${path}`, {
      method,
      headers,
      ca: api.ca,
      agent: false,
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    call.once("error", () => resolve(undefined));
    call.once("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.once("error", () => resolve(undefined));
      response.once("end", () => resolve({ status: response.statusCode as number, body: text }));
    });
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

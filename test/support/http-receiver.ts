import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Somebody who is called, and remembers it. */
export interface HttpReceiver {
  /** `localhost:<port>` */
  readonly address: string;
  readonly url: string;
  readonly received: readonly Received[];
  /** The next calls are answered so, and those after them as always. "never" leaves one without an answer. */
  answerNext(...answers: readonly (HttpAnswer | "never")[]): void;
  stop(): Promise<void>;
}

/** `answer` judges each call as the service would. */
export async function startHttpReceiver(answer: (received: Received) => HttpAnswer = () => ({ status: 204 })): Promise<HttpReceiver> {
  const received: Received[] = [];
  const next: (HttpAnswer | "never")[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const one = { path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks).toString("utf8"), at: Date.now() };
      received.push(one);
      const said = next.shift() ?? answer(one);
      if (said !== "never") response.writeHead(said.status, said.headers).end(said.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `localhost:${(server.address() as AddressInfo).port}`;
  return {
    address,
    url: `http://${address}`,
    received,
    answerNext: (...answers) => void next.push(...answers),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

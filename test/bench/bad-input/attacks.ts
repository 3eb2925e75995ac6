import { connect as connectHttp2, constants } from "node:http2";
import type { ClientRequest } from "node:http";
import { request as requestOverTls } from "node:https";
import { gzipSync } from "node:zlib";

/** Where it is sent, and what proves that it may be. */
export interface Victim {
  readonly rest: URL;
  /** `host:port`. */
  readonly grpc: string;
  readonly ca: string;
  readonly token: string;
}

export interface Attack {
  readonly id: string;
  readonly name: string;
  /** Sends it once and resolves when it was answered or cut. */
  readonly send: (victim: Victim) => Promise<void>;
}

const deep = Buffer.from(`{"reason":${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
const wide = Buffer.from(`{${Array.from({ length: 80_000 }, (_, n) => `"k${n}":1`).join(",")}}`);
const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, " "));
const shallow = Buffer.from(JSON.stringify({ reason: "x".repeat(1_000_000) }));

export const attacks: readonly Attack[] = [
  { id: "deep", name: "JSON of 100,000 levels", send: (victim) => post(victim, deep) },
  { id: "wide", name: "JSON of 80,000 members", send: (victim) => post(victim, wide) },
  { id: "long", name: "JSON with one text of 1 MB", send: (victim) => post(victim, shallow) },
  { id: "gzip", name: "a body of 200 MB, packed", send: (victim) => post(victim, bomb, { "content-encoding": "gzip" }) },
  { id: "parameters", name: "a million parameters", send: (victim) => get(victim, `/v1/clusters?${"a&".repeat(1_000_000)}`) },
  { id: "headers", name: "parameters up to the limit", send: (victim) => get(victim, `/v1/clusters?${"a&".repeat(7_000)}`) },
  { id: "reset", name: "HTTP/2 streams that are reset at once, 500 a time", send: resetRapidly },
  { id: "grpc-labels", name: "gRPC message with 100,000 labels", send: (victim) => callGrpc(victim, labels(100_000)) },
  { id: "grpc-giant", name: "gRPC message of 8 MB", send: (victim) => callGrpc(victim, Buffer.alloc(8 * 1024 * 1024)) },
];

const bearer = ({ token }: Victim) => ({ authorization: `Bearer ${token}` });

function post(victim: Victim, body: Buffer, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  const all = { ...bearer(victim), "content-type": "application/json", "content-length": body.length, ...headers };
  const sent = requestOverTls(new URL("/v1/promotions", victim.rest), { method: "POST", ca: victim.ca, headers: all });
  return over(sent, body);
}

const get = (victim: Victim, path: string): Promise<void> =>
  over(requestOverTls(new URL(path, victim.rest), { ca: victim.ca, headers: bearer(victim) }));

/** However it ends: the server may hang up on it. */
function over(sent: ClientRequest, body?: Buffer): Promise<void> {
  return new Promise((resolve) => {
    sent.on("response", (response) => response.resume()).on("close", resolve);
    sent.on("error", () => {});
    sent.end(body);
  });
}

const grpcHeaders = (method: string) => ({
  ":method": "POST",
  ":path": `/drover.v1.${method}`,
  "content-type": "application/grpc",
  te: "trailers",
});

function resetRapidly({ grpc, ca }: Victim): Promise<void> {
  const session = connectHttp2(`https://${grpc}`, { ca });
  return new Promise((resolve) => {
    session.on("error", () => {});
    session.on("close", resolve);
    session.on("connect", () => {
      for (let n = 0; n < 500 && !session.destroyed; n += 1) {
        const stream = session.request(grpcHeaders("RolloutService/ListRollouts"));
        stream.on("error", () => {});
        stream.close(constants.NGHTTP2_CANCEL);
      }
      session.close();
    });
  });
}

function callGrpc(victim: Victim, message: Buffer): Promise<void> {
  const session = connectHttp2(`https://${victim.grpc}`, { ca: victim.ca });
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return new Promise((resolve) => {
    session.on("error", () => {});
    session.on("close", resolve);
    const stream = session.request({ ...grpcHeaders("ClusterService/CreateCluster"), ...bearer(victim) });
    stream.on("error", () => {});
    stream.on("close", () => session.close());
    stream.resume();
    stream.end(Buffer.concat([head, message]));
  });
}

/** `labels` of CreateClusterRequest, by hand: field 3, a map's entry with key and value. */
function labels(count: number): Buffer {
  const entries: Buffer[] = [];
  for (let n = 0; n < count; n += 1) {
    const key = Buffer.from(n.toString(36));
    const entry = Buffer.concat([Buffer.from([0x0a, key.length]), key]);
    entries.push(Buffer.from([0x1a, entry.length]), entry);
  }
  return Buffer.concat(entries);
}

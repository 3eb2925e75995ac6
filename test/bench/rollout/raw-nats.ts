import { connect as connectTcp } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";

/** One connection that speaks NATS' own protocol and nothing more: ten thousand of a client library's would measure the library. */
export interface RawNats {
  subscribe(subject: string, heard: (payload: Buffer) => void): void;
  publish(subject: string, payload: string, reply: string): void;
  /** Resolves when the server has answered everything sent so far. */
  ping(): Promise<void>;
  close(): void;
}

export interface RawNatsOptions {
  readonly url: string;
  readonly ca: string;
  readonly jwt: string;
  readonly sign: (nonce: string) => { readonly key: string; readonly signature: string };
  readonly failed: (error: Error) => void;
}

export async function connectRawNats({ url, ca, jwt, sign, failed }: RawNatsOptions): Promise<RawNats> {
  const { hostname, port } = new URL(url);
  const { socket, nonce } = await greet(hostname, Number(port), ca);
  socket.setNoDelay(true);
  const heard = new Map<string, (payload: Buffer) => void>();
  const pings: (() => void)[] = [];
  const protocol = createProtocol({
    message: (sid, payload) => heard.get(sid)?.(payload),
    ping: () => void socket.write("PONG\r\n"),
    pong: () => pings.shift()?.(),
    error: (text) => failed(new Error(`nats-server: ${text}`)),
  });
  socket.on("data", protocol).on("error", failed);
  const { key, signature } = sign(nonce);
  const options = {
    verbose: false,
    pedantic: false,
    tls_required: true,
    headers: false,
    no_responders: false,
    jwt,
    nkey: key,
    sig: signature,
  };
  socket.write(`CONNECT ${JSON.stringify({ ...options, lang: "bench", version: "1", protocol: 1, name: "bench" })}\r\n`);
  const nats: RawNats = {
    subscribe: (subject, callback) => {
      const sid = String(heard.size + 1);
      heard.set(sid, callback);
      socket.write(`SUB ${subject} ${sid}\r\n`);
    },
    publish: (subject, payload, reply) => void socket.write(`PUB ${subject} ${reply} ${Buffer.byteLength(payload)}\r\n${payload}\r\n`),
    ping: () =>
      new Promise((resolve) => {
        pings.push(resolve);
        socket.write("PING\r\n");
      }),
    close: () => void socket.destroy(),
  };
  await nats.ping();
  return nats;
}

/** The server says INFO in clear text, then both change to TLS. */
function greet(host: string, port: number, ca: string): Promise<{ readonly socket: TLSSocket; readonly nonce: string }> {
  return new Promise((resolve, reject) => {
    const plain = connectTcp({ host, port });
    plain.once("error", reject).once("data", (chunk: Buffer) => {
      const info = JSON.parse(chunk.toString("utf8").replace(/^INFO /, "")) as { readonly nonce: string };
      const socket = connectTls({ socket: plain, ca, servername: "localhost" }, () => resolve({ socket, nonce: info.nonce }));
      socket.once("error", reject);
    });
  });
}

interface Heard {
  message(sid: string, payload: Buffer): void;
  ping(): void;
  pong(): void;
  error(text: string): void;
}

/** Takes bytes as they come, cut anywhere. Connections here ask for no headers, so there are only plain messages. */
function createProtocol(heard: Heard): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0);
  /** Bytes of the first message in `held`, its line included; undefined while it has not all come. */
  const takeOne = (): number | undefined => {
    const end = held.indexOf("\r\n");
    if (end < 0) return undefined;
    const line = held.toString("latin1", 0, end);
    const [verb, , sid] = line.split(" ") as [string, string, string];
    if (verb === "MSG") {
      const size = Number(line.slice(line.lastIndexOf(" ") + 1));
      const start = end + 2;
      if (held.length < start + size + 2) return undefined;
      heard.message(sid, held.subarray(start, start + size));
      return start + size + 2;
    }
    if (verb === "PING") heard.ping();
    else if (verb === "PONG") heard.pong();
    else if (verb === "-ERR") heard.error(line);
    return end + 2;
  };
  return (chunk) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (let size = takeOne(); size !== undefined; size = takeOne()) held = held.subarray(size);
  };
}

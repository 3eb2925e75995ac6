import { DroverError, parseClusterId, parseJson } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import {
  inboxPrefix,
  nkeyFromSeed,
  readAnswerReceipt,
  readAssignMessage,
  readBundleAnswer,
  readDsse,
  readReportAnswer,
  readSyncAnswer,
  subject,
} from "@drover/proto/wire";
import {
  type Authenticator,
  connect,
  type Msg,
  type NatsConnection,
  RequestError,
  type Status,
  TimeoutError,
} from "@nats-io/transport-node";
import type { ConnectControlPlane, ControlPlane, ControlPlaneHandlers, Credentials } from "../../app/control-plane.ts";
import { reconnectDelayMs } from "./reconnect-delay.ts";

interface Deps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly agentVersion: string;
}

const connectTimeoutMs = 10_000;
const requestTimeoutMs = 10_000;
const pingIntervalMs = 20_000;

/** The control plane over core NATS. Answers are checked for their shape here, what is in them elsewhere. */
export const createNatsLink =
  (deps: Deps): ConnectControlPlane =>
  (credentials, handlers): ControlPlane => {
    const closing = new AbortController();
    const link = new Link(credentials, handlers, deps, closing.signal);
    void link.run();
    const cluster = parseClusterId(credentials().identity.cluster);
    return {
      sync: async (request, signal) => readSyncAnswer(await link.request(subject("sync", cluster), request, signal)),
      report: async (report, signal) => readReportAnswer(await link.request(subject("report", cluster), report, signal)),
      bundle: async (request, signal) => readBundleAnswer(await link.request(subject("bundle", cluster), request, signal)),
      answer: async (chunk, signal) => readAnswerReceipt(await link.request(subject("answer", cluster), chunk, signal)),
      reconnect: () => link.reconnect(),
      close: async () => {
        closing.abort();
        await link.close();
      },
    };
  };

class Link {
  readonly #credentials: () => Credentials;
  readonly #handlers: ControlPlaneHandlers;
  readonly #deps: Deps;
  readonly #signal: AbortSignal;
  #connection: NatsConnection | undefined;
  #attempt = 0;

  constructor(credentials: () => Credentials, handlers: ControlPlaneHandlers, deps: Deps, signal: AbortSignal) {
    this.#credentials = credentials;
    this.#handlers = handlers;
    this.#deps = deps;
    this.#signal = signal;
  }

  /** One connection after the other until closed. The library reconnects by itself; should it ever end one, another is made. */
  async run(): Promise<void> {
    const { clock, random, log } = this.#deps;
    while (!this.#signal.aborted) {
      try {
        const connection = await connect(this.#options());
        if (this.#signal.aborted) return await connection.close();
        this.#connection = connection;
        this.#listen(connection);
        this.#connected();
        void this.#follow(connection);
        const ended = await connection.closed();
        if (ended) throw ended;
      } catch (err) {
        if (!this.#signal.aborted) log.warn({ err }, "no connection to the control plane, trying again");
      }
      this.#connection = undefined;
      if (this.#signal.aborted) return;
      this.#handlers.disconnected();
      await clock.sleep(reconnectDelayMs(this.#attempt++, random()), this.#signal).catch(() => {});
    }
  }

  async request(to: string, message: unknown, signal: AbortSignal): Promise<unknown> {
    const connection = this.#connection;
    if (!connection || signal.aborted) throw unreachable(to);
    try {
      const answer = await connection.request(to, JSON.stringify(message), { timeout: requestTimeoutMs });
      return parseJson(answer.string());
    } catch (cause) {
      if (cause instanceof TimeoutError) throw new DroverError("timeout", "CONTROL_PLANE_SILENT", `ask ${to}: no answer`, { cause });
      if (cause instanceof RequestError || cause instanceof Error) throw unreachable(to, cause);
      throw cause;
    }
  }

  async reconnect(): Promise<void> {
    await this.#connection?.reconnect();
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }

  #options(): Parameters<typeof connect>[0] {
    const { identity } = this.#credentials();
    const { random, agentVersion } = this.#deps;
    return {
      servers: identity.natsUrls,
      name: `drover-agent ${agentVersion}`,
      authenticator: authenticatorOf(this.#credentials),
      inboxPrefix: inboxPrefix(parseClusterId(identity.cluster)),
      tls: { ca: identity.ca },
      timeout: connectTimeoutMs,
      pingInterval: pingIntervalMs,
      maxReconnectAttempts: -1,
      // Refused today may be let in again tomorrow: a renewed identity, an account that is pushed again after a restart.
      ignoreAuthErrorAbort: true,
      // The library asks its delay handler anew after every wait, which would draw a second, longer delay; the delay before
      // a dial is drawn once. The first dial of a connection that we make anew has been waited for already. The library's
      // own word for that, its second argument, is gone from the second dial on.
      reconnectDelayHandler: () => 0,
      reconnectToServer: ([server]) =>
        server ? { server, delay: this.#connection ? reconnectDelayMs(this.#attempt++, random()) : 0 } : null,
      noAsyncTraces: true,
    };
  }

  #listen(connection: NatsConnection): void {
    const cluster = parseClusterId(this.#credentials().identity.cluster);
    connection.subscribe(subject("assign", cluster), {
      callback: (err, message) => {
        if (err) this.#deps.log.warn({ err }, "assignments cannot be heard");
        else this.#heard(message);
      },
    });
    connection.subscribe(subject("query", cluster), {
      callback: (err, message) => {
        if (err) this.#deps.log.warn({ err }, "questions cannot be heard");
        else this.#asked(message);
      },
    });
  }

  #heard(message: Msg): void {
    try {
      this.#handlers.assign(readAssignMessage(parseJson(message.string())));
    } catch (err) {
      this.#deps.log.warn({ err }, "a message that is no assignment was dropped");
    }
  }

  #asked(message: Msg): void {
    try {
      this.#handlers.query(readDsse(parseJson(message.string())));
    } catch (err) {
      this.#deps.log.warn({ err }, "a message that is no question was dropped");
    }
  }

  async #follow(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) this.#noticed(status);
  }

  #noticed(status: Status): void {
    const { log } = this.#deps;
    if (status.type === "reconnect") this.#connected();
    else if (status.type === "error") log.warn({ err: status.error }, "the broker reports an error");
    else if (status.type === "disconnect") {
      log.info({ server: status.server }, "disconnected from the control plane");
      this.#handlers.disconnected();
    }
  }

  #connected(): void {
    this.#attempt = 0;
    this.#deps.log.info({}, "connected to the control plane");
    this.#handlers.connected();
  }
}

/** The libraries' own signing is a hundred times slower, which a fleet that reconnects at once would feel. */
const authenticatorOf =
  (credentials: () => Credentials): Authenticator =>
  (nonce) => {
    const { identity, seed } = credentials();
    const key = nkeyFromSeed("user", seed.reveal());
    return { jwt: identity.jwt, nkey: key.publicText, sig: Buffer.from(key.sign(Buffer.from(nonce ?? ""))).toString("base64url") };
  };

const unreachable = (to: string, cause?: unknown): DroverError =>
  new DroverError("unavailable", "CONTROL_PLANE_UNREACHABLE", `ask ${to}: there is no connection`, { cause });

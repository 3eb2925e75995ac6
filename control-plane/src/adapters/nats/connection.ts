import { connect, type NatsConnection } from "@nats-io/transport-node";
import { DroverError, errorChain } from "@drover/kit";
import { type Clock, type Log, withDeadline } from "@drover/kit/node";
import type { Signer } from "@drover/proto/wire";
import { isBelowFloor, serverFloor } from "./server-floor.ts";

interface NatsLinkOptions {
  readonly urls: readonly string[];
  /** PEM of the authority that signed the servers' certificates. */
  readonly ca: string;
  readonly user: { readonly jwt: string; readonly key: Signer };
  /** For logs and the server's list of connections. */
  readonly name: string;
  readonly inboxPrefix?: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** One user's connection, kept up for ever. The rest of the program runs while there is none. */
export interface NatsLink {
  /** Whether it is connected now. */
  healthy(): boolean;
  /** The connection, even while it reconnects. Waits for the first one. */
  connection(signal: AbortSignal): Promise<NatsConnection>;
  /** The connection, or `unavailable` NATS_UNAVAILABLE: the library would buffer what is sent now without a bound. */
  live(): NatsConnection;
  /** Ends subscriptions, lets messages at hand be answered, then closes. */
  stop(): Promise<void>;
}

const firstConnectPauseMs = 250;
const reconnectPauseMs = 250;
/** A server that is gone without a word is noticed after two of them. */
const pingIntervalMs = 10_000;
const drainDeadlineMs = 5_000;

export function openNatsLink(options: NatsLinkOptions): NatsLink {
  const stopping = new AbortController();
  let connected = false;
  const first = connectFirst(options, stopping.signal);
  let current: NatsConnection | undefined;
  const followed = first.then(
    (connection) => {
      current = connection;
      return follow(connection, options, (up) => (connected = up));
    },
    () => {}, // stopped before the first connection
  );
  return {
    healthy: () => connected,
    connection: (signal) => Promise.race([first, aborted(signal)]),
    live() {
      if (current && connected) return current;
      throw new DroverError("unavailable", "NATS_UNAVAILABLE", `use NATS as ${options.name}: no connection to a server`);
    },
    async stop() {
      stopping.abort();
      const connection = await first.catch(() => undefined);
      if (connection) await leave(connection, connected);
      await followed;
    },
  };
}

async function connectFirst(options: NatsLinkOptions, signal: AbortSignal): Promise<NatsConnection> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const connection = await dial(options);
      if (!signal.aborted) return connection;
      await connection.close();
    } catch (err) {
      if (attempt === 0) options.log.warn({ user: options.name, err }, "NATS does not answer yet");
    }
    await options.clock.sleep(firstConnectPauseMs, signal);
  }
}

const dial = ({ urls, ca, user, name, inboxPrefix }: NatsLinkOptions): Promise<NatsConnection> =>
  connect({
    servers: [...urls],
    tls: { ca },
    name: `drover-${name}`,
    // The library's own authenticators sign with a JavaScript implementation that blocks the event loop for 5 ms.
    authenticator: (nonce = "") => ({
      jwt: user.jwt,
      nkey: user.key.keyId,
      sig: Buffer.from(user.key.sign(Buffer.from(nonce))).toString("base64url"),
    }),
    ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
    maxReconnectAttempts: -1,
    reconnectTimeWait: reconnectPauseMs,
    reconnectJitter: reconnectPauseMs,
    reconnectJitterTLS: reconnectPauseMs,
    ignoreAuthErrorAbort: true, // a server whose accounts were wiped refuses us until it has them again
    pingInterval: pingIntervalMs,
    maxPingOut: 2,
  });

/** Draining waits for the server's word, which a lost connection never brings. */
async function leave(connection: NatsConnection, connected: boolean): Promise<void> {
  try {
    if (connected) await withDeadline(connection.drain(), drainDeadlineMs, "drain the connection to NATS");
  } catch {
    // it broke meanwhile; closing is all that is left
  } finally {
    await connection.close();
  }
}

/** Says what happens to the connection until it is closed. */
async function follow(connection: NatsConnection, { name, log }: NatsLinkOptions, nowUp: (up: boolean) => void): Promise<void> {
  const greet = (): void => {
    const version = connection.info?.version ?? "";
    log.info({ user: name, server: connection.getServer(), version }, "connected to NATS");
    if (isBelowFloor(version))
      log.warn({ user: name, version, floor: serverFloor }, "this nats-server has known security holes; upgrade it");
    nowUp(true);
  };
  greet();
  for await (const status of connection.status()) {
    if (status.type === "reconnect") greet();
    if (status.type === "disconnect") {
      nowUp(false);
      log.warn({ user: name }, "lost the connection to NATS");
    }
    if (status.type === "error") log.warn({ user: name, reason: errorChain(status.error) }, "NATS reports an error");
  }
  nowUp(false);
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const stop = (): void => reject(new DroverError("cancelled", "CANCELLED", "wait for NATS: stopped"));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });

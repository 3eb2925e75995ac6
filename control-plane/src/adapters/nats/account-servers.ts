import type { Msg } from "@nats-io/transport-node";
import type { Clock } from "@drover/kit/node";
import type { AccountServers, ServerNews } from "../../app/cluster/guard-accounts.ts";
import type { AccountIds } from "../../domain/identity/accounts.ts";
import type { NatsLink } from "./connection.ts";

/** Servers say something every 10 s. */
const forgetAfterMs = 35_000;
/** A push makes a server verify each agent's JWT again, 0.4 ms an agent. */
const pushDeadlineMs = 5_000;
const askDeadlineMs = 1_000;
/** After the last answer, when we do not know how many to expect. */
const stallMs = 100;

interface ConnzAnswer {
  readonly server?: { readonly id?: string };
  readonly data?: { readonly connections?: readonly { readonly cid: number }[] };
}

interface UpdateAnswer {
  readonly server?: { readonly id?: string };
  readonly data?: { readonly code?: number };
}

interface ConnectEvent {
  readonly client?: { readonly user?: string };
}

/** Speaks to the servers as the system account's user. */
export class NatsAccountServers implements AccountServers {
  readonly #system: NatsLink;
  readonly #ids: AccountIds;
  readonly #clock: Clock;
  readonly #heardAt = new Map<string, number>();

  constructor(system: NatsLink, ids: AccountIds, clock: Clock) {
    this.#system = system;
    this.#ids = ids;
    this.#clock = clock;
  }

  /** Passes on what servers and connections do, until the connection closes. */
  async watch(tell: (news: ServerNews) => void, signal: AbortSignal): Promise<void> {
    const connection = await this.#system.connection(signal);
    const server = (id: string | undefined): void => {
      if (id === undefined) return;
      this.#heardAt.set(id, this.#clock.monotonicMs());
      tell({ kind: "server", id });
    };
    connection.subscribe("$SYS.SERVER.*.STATSZ", { callback: (_error, message) => server(message.subject.split(".")[2]) });
    connection.subscribe(`$SYS.ACCOUNT.${this.#ids.agents}.CONNECT`, {
      callback: (_error, message) => {
        const publicKey = message.json<ConnectEvent>().client?.user;
        if (publicKey !== undefined) tell({ kind: "connected", publicKey });
      },
    });
    // A server that restarted has a new id, and says so only with its next statistics.
    while (!signal.aborted) {
      if (this.#system.healthy()) server(connection.info?.server_id);
      await this.#clock.sleep(askDeadlineMs, signal).catch(() => {});
    }
  }

  known(): ReadonlySet<string> {
    const since = this.#clock.monotonicMs() - forgetAfterMs;
    for (const [id, at] of this.#heardAt) if (at < since) this.#heardAt.delete(id);
    return new Set(this.#heardAt.keys());
  }

  async push(jwt: string): Promise<readonly string[]> {
    const answers = await this.#askAll("$SYS.REQ.CLAIMS.UPDATE", jwt, pushDeadlineMs);
    return answers.flatMap((answer) => {
      const { server, data } = answer.json<UpdateAnswer>();
      return server?.id !== undefined && data?.code === 200 ? [server.id] : [];
    });
  }

  async lookup(): Promise<readonly string[]> {
    const answers = await this.#askAll(`$SYS.REQ.ACCOUNT.${this.#ids.agents}.CLAIMS.LOOKUP`, "", askDeadlineMs);
    return answers.map((answer) => answer.string());
  }

  async kick(publicKeys: readonly string[]): Promise<void> {
    await Promise.all(publicKeys.map((publicKey) => this.#kickOne(publicKey)));
  }

  async #kickOne(publicKey: string): Promise<void> {
    const question = JSON.stringify({ auth: true, user: publicKey, acc: this.#ids.agents });
    const answers = await this.#askAll("$SYS.REQ.SERVER.PING.CONNZ", question, askDeadlineMs);
    const kicks = answers.flatMap((answer) => {
      const { server, data } = answer.json<ConnzAnswer>();
      return (data?.connections ?? []).map(({ cid }) =>
        // A request although nobody needs the answer: servers ignore a kick without a reply subject.
        this.#system.live().request(`$SYS.REQ.SERVER.${server?.id ?? ""}.KICK`, JSON.stringify({ cid }), { timeout: askDeadlineMs }),
      );
    });
    await Promise.allSettled(kicks);
  }

  /** All known servers' answers; when none is known, those that come without a long pause. */
  async #askAll(subject: string, payload: string, maxWait: number): Promise<readonly Msg[]> {
    const expected = this.known().size;
    const answers = await this.#system
      .live()
      .requestMany(
        subject,
        payload,
        expected > 0 ? { strategy: "count", maxMessages: expected, maxWait } : { strategy: "stall", stall: stallMs, maxWait },
      );
    const all: Msg[] = [];
    for await (const answer of answers) all.push(answer);
    return all;
  }
}

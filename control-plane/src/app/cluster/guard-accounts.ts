import { toDroverError } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import type { Signer } from "@drover/proto/wire";
import { type AccountIds, agentsAccountJwt, type Revocations } from "../../domain/identity/accounts.ts";

export interface AgentsAccount {
  readonly version: number;
  readonly issuedAt: number;
  readonly revocations: Revocations;
}

export interface AgentsAccounts {
  load(): Promise<AgentsAccount>;
  /** One writer at a time over all replicas; the account is read after the lock is had. */
  exclusively<T>(work: (account: AgentsAccount) => Promise<T>): Promise<T>;
  /** Revokes keys whose overlap after a renewal is over, and forgets revocations that refuse nobody any more. */
  tidy(): Promise<void>;
}

/** The servers, through the system account. Waits are bounded by the adapter. */
export interface AccountServers {
  /** Ids of those heard of lately. */
  known(): ReadonlySet<string>;
  /** Hands the account's JWT to every server; answers who took it. */
  push(jwt: string): Promise<readonly string[]>;
  /** The JWTs that the servers hold now, one for each that answered. */
  lookup(): Promise<readonly string[]>;
  /** Ends the live connections of these keys. */
  kick(publicKeys: readonly string[]): Promise<void>;
}

/** What the guard hears from the servers. */
export type ServerNews = { readonly kind: "server"; readonly id: string } | { readonly kind: "connected"; readonly publicKey: string };

export interface Cut {
  /** Servers that refuse the keys from now on. */
  readonly answered: readonly string[];
  /** Servers that did not answer in time. They get the account as soon as they are heard of again. */
  readonly missing: readonly string[];
}

interface GuardDeps {
  readonly accounts: AgentsAccounts;
  readonly servers: AccountServers;
  readonly operatorSigning: Signer;
  readonly ids: AccountIds;
  readonly clock: Clock;
  readonly log: Log;
}

export interface AccountGuard {
  /** Keeps keys out that were revoked in the database: ends their connections and tells every server. */
  cut(publicKeys: readonly string[]): Promise<Cut>;
  /** Call with what the servers say. */
  heard(news: ServerNews): void;
  /** Call when the database says that the account has changed. */
  changed(): void;
  /** Looks after the servers until the signal. Never throws. */
  run(signal: AbortSignal): Promise<void>;
}

const watchdogMs = 30_000;

/**
 * Servers keep whichever account JWT came last, even an older one, and one that was down has missed revocations. So what
 * they hold is compared byte for byte with what the database says: at start, whenever a server turns up, when a revoked key
 * gets in, and every 30 s.
 */
export function createAccountGuard({ accounts, servers, operatorSigning, ids, clock, log }: GuardDeps): AccountGuard {
  const seen = new Set<string>();
  let revoked: Revocations = {};
  let due: "nothing" | "compare" | "push" = "compare";
  let wake: () => void = () => {};

  const ask = (what: "compare" | "push"): void => {
    if (due !== "push") due = what;
    wake();
  };

  const jwtOf = (account: AgentsAccount): string => {
    revoked = account.revocations;
    return agentsAccountJwt(operatorSigning, ids, account);
  };

  const push = (): Promise<readonly string[]> => accounts.exclusively((account) => servers.push(jwtOf(account)));

  const compare = async (): Promise<void> => {
    const right = jwtOf(await accounts.load());
    const held = await servers.lookup();
    const wrong = held.filter((jwt) => jwt !== right).length;
    if (wrong === 0 && held.length >= servers.known().size) return;
    const answered = await push();
    log.warn(
      { wrong, silent: servers.known().size - held.length, answered: answered.length },
      "corrected the agents' account on NATS servers",
    );
  };

  /** What failed stays due; the watchdog, or a server that turns up, tries again. */
  const settle = async (): Promise<"settled" | "failed"> => {
    const what = due;
    due = "nothing";
    try {
      if (what === "push") await push();
      if (what === "compare") await compare();
      return "settled";
    } catch (error) {
      if (due === "nothing") due = what;
      log.warn({ err: toDroverError(error) }, "could not look after the agents' account");
      return "failed";
    }
  };

  const tidy = (): Promise<void> =>
    accounts.tidy().catch((error: unknown) => log.warn({ err: toDroverError(error) }, "could not tidy the agents' account"));

  return {
    async cut(publicKeys) {
      // Kicking is quick however many agents there are; the push makes each server check every agent again.
      const [answered] = await Promise.all([push(), servers.kick(publicKeys)]);
      return { answered, missing: [...servers.known()].filter((id) => !answered.includes(id)) };
    },

    heard(news) {
      if (news.kind === "server" && !seen.has(news.id)) {
        seen.add(news.id);
        ask("compare");
      }
      if (news.kind === "connected" && Object.hasOwn(revoked, news.publicKey)) {
        log.warn({ publicKey: news.publicKey }, "a revoked agent got in");
        void servers
          .kick([news.publicKey])
          .catch((error: unknown) => log.warn({ err: toDroverError(error) }, "could not end a connection"));
        ask("push");
      }
    },

    changed: () => ask("push"),

    async run(signal) {
      while (!signal.aborted) {
        const result = await settle();
        const woken = new AbortController();
        wake = () => woken.abort();
        if (due !== "nothing" && result === "settled") continue; // asked while we were at it
        const rested = await clock.sleep(watchdogMs, AbortSignal.any([signal, woken.signal])).then(
          () => true,
          () => false,
        );
        if (!rested) continue;
        await tidy();
        ask("compare");
      }
    },
  };
}

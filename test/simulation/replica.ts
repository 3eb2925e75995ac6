import { type ClusterId, DroverError, toDroverError } from "@drover/kit";
import type { AssignMessage } from "@drover/proto/wire";
import { createSyncAnswerer } from "../../control-plane/src/app/agents/answer-sync.ts";
import { createRolloutCommands, type RolloutCommands } from "../../control-plane/src/app/rollout/control-rollout.ts";
import { createReportIngest } from "../../control-plane/src/app/agents/ingest-reports.ts";
import { createEnvelopePublisher } from "../../control-plane/src/app/agents/publish-envelopes.ts";
import { createPlacementReconciler } from "../../control-plane/src/app/placement/reconcile-placement.ts";
import { createRolloutReconciler, type RolloutStore } from "../../control-plane/src/app/rollout/reconcile-rollout.ts";
import type { Outcome, Queue } from "../../control-plane/src/app/work-queue.ts";
import type { EnvelopeKeys } from "../../control-plane/src/domain/identity/envelope-keys.ts";
import { settleError } from "../../control-plane/src/workers/settle.ts";
import type { MemoryDatabase } from "./memory/database.ts";
import { createMemoryFleetStore } from "./memory/fleet.ts";
import { createMemoryPlacementStore } from "./memory/placements.ts";
import { createMemoryQuarantines } from "./memory/quarantines.ts";
import { createMemoryReportStore } from "./memory/reports.ts";
import { createMemoryRolloutControl } from "./memory/rollout-control.ts";
import { createMemoryRolloutStore } from "./memory/rollouts.ts";
import { createMemoryEnvelopeOutbox, createMemoryStandings } from "./memory/standings.ts";
import { createMemoryWorkQueue } from "./memory/work-queue.ts";
import type { Random } from "./random.ts";
import { createMemoryReleases } from "./revisions.ts";
import { clockOf, type Process, type Schedule } from "./schedule.ts";

interface ReplicaDeps {
  readonly name: string;
  readonly database: MemoryDatabase;
  readonly schedule: Schedule;
  readonly random: Random;
  readonly keys: EnvelopeKeys;
  /** How often a call of the database ends with a lost connection now. */
  readonly trouble: () => number;
  readonly push: (cluster: ClusterId, message: AssignMessage) => void;
  readonly watched: (rollouts: RolloutStore) => RolloutStore;
  readonly newRolloutId: () => string;
  /** An error that nobody can have caused but a bug. */
  readonly broken: (error: unknown) => void;
}

export type Wakeable = Queue | "envelopes";

const leaseMs = 15_000;
/** Whoever misses a word of new work finds it then. Rarer than really: looking in vain is no news. */
const pollMs = 30_000;

/** One control plane process: the real application code over ports that take time, fail, and may never come back. */
export class Replica {
  readonly #deps: ReplicaDeps;
  process: Process;
  #wakes = new Map<Wakeable, Set<() => void>>();
  #sync: ReturnType<typeof createSyncAnswerer> | undefined;
  #report: ReturnType<typeof createReportIngest> | undefined;
  commands: RolloutCommands | undefined;

  constructor(deps: ReplicaDeps) {
    this.#deps = deps;
    this.process = { name: deps.name, alive: false, pausedUntil: 0, aheadMs: 0 };
  }

  start(): void {
    const { database, schedule, keys, watched, newRolloutId } = this.#deps;
    const process = (this.process = { ...this.process, alive: true, pausedUntil: 0 });
    const clock = clockOf(schedule, process);
    const between = (): Promise<void> => this.#trip(process, "asks on");
    const far = <Port extends object>(name: string, port: Port): Port => this.#far(process, name, port);
    const placements = far("placements", createMemoryPlacementStore(database, between));
    const rollouts = far("rollouts", watched(createMemoryRolloutStore(database, between)));
    const placement = createPlacementReconciler({
      fleet: far("fleet", createMemoryFleetStore(database)),
      releases: createMemoryReleases(database),
      placements,
      quarantines: far("quarantines", createMemoryQuarantines(database)),
      newRolloutId,
    });
    const rollout = createRolloutReconciler({ rollouts, clock });
    this.#sync = createSyncAnswerer({ standings: far("standings", createMemoryStandings(database)), keys, clock, admit: () => true });
    this.#report = createReportIngest({ store: far("reports", createMemoryReportStore(database)), clock, count: () => {} });
    this.commands = createRolloutCommands({ control: far("control", createMemoryRolloutControl(database)) });
    this.#wakes = new Map();
    void this.#work(process, "placement", placement);
    void this.#work(process, "rollout", rollout);
    void this.#work(process, "rollout", rollout);
    void this.#publish(process);
  }

  crash(): void {
    this.process.alive = false;
  }

  /** What NOTIFY does. */
  wake(what: Wakeable): void {
    const wakes = this.#wakes.get(what);
    if (this.process.alive && wakes !== undefined) for (const wake of wakes) wake();
  }

  async serve(kind: "sync" | "report", cluster: ClusterId, payload: Uint8Array): Promise<unknown> {
    return kind === "sync" ? this.#sync?.(cluster, payload) : this.#report?.(cluster, payload);
  }

  async #work(process: Process, queue: Queue, handler: (key: string, signal: AbortSignal) => Promise<Outcome>): Promise<void> {
    const { database, schedule } = this.#deps;
    const work = this.#far(process, "work", createMemoryWorkQueue(database));
    const clock = clockOf(schedule, process);
    const { signal } = new AbortController();
    for (;;) {
      const claims = await work.claim(queue, 1, leaseMs).catch(() => []);
      for (const claim of claims) {
        const outcome = await handler(claim.key, signal).catch((error: unknown) => {
          if (toDroverError(error).kind === "internal") this.#deps.broken(error);
          return settleError(error, claim, clock.now());
        });
        await work.settle(claim, outcome).catch(() => {});
      }
      if (claims.length === 0) await this.#idle(process, queue);
    }
  }

  async #publish(process: Process): Promise<void> {
    const { database, keys, push } = this.#deps;
    const publish = createEnvelopePublisher({
      outbox: this.#far(process, "outbox", createMemoryEnvelopeOutbox(database)),
      sender: {
        healthy: () => true,
        send: async (messages) => {
          await this.#trip(process, "sends envelopes");
          for (const { cluster, text } of messages) push(cluster, JSON.parse(text) as AssignMessage);
        },
      },
      keys,
    });
    const { signal } = new AbortController();
    for (;;) {
      await publish(signal).catch(() => 0);
      await this.#idle(process, "envelopes");
    }
  }

  #idle(process: Process, what: Wakeable): Promise<void> {
    const { schedule } = this.#deps;
    const wakes = this.#wakes.get(what) ?? new Set();
    this.#wakes.set(what, wakes);
    return new Promise((resolve) => {
      const go = (): void => {
        cancel();
        wakes.delete(wake);
        resolve();
      };
      const wake = (): void => {
        wakes.delete(wake);
        schedule.after(1, process, "is woken", go);
      };
      const cancel = schedule.after(pollMs, process, "polls", go);
      wakes.add(wake);
    });
  }

  /**
   * A port as if behind a network: before each call, and after each that writes, the process may be paused, crash, or lose its connection. What
   * was read is old by the next call anyhow.
   */
  #far<Port extends object>(process: Process, name: string, port: Port): Port {
    const methods = Object.entries(port) as [string, (...args: unknown[]) => Promise<unknown>][];
    const far = methods.map(([method, call]) => [
      method,
      async (...args: unknown[]): Promise<unknown> => {
        await this.#trip(process, `${name}.${method}`);
        const result = await call(...args);
        if (writes.has(method)) await this.#trip(process, `${name}.${method} answers`);
        return result;
      },
    ]);
    return Object.fromEntries(far) as Port;
  }

  #trip(process: Process, what: string): Promise<void> {
    const { schedule, random, trouble } = this.#deps;
    const isLost = random.chance(trouble());
    const ms = random.around(random.chance(0.01) ? 500 : 1);
    return new Promise((resolve, reject) => {
      schedule.after(ms, process, what, isLost ? () => reject(lost(what)) : resolve);
    });
  }
}

const writes: ReadonlySet<string> = new Set(["commit", "commitProblem", "takeOver", "holdsNothing", "published", "settle"]);

const lost = (what: string): DroverError => new DroverError("unavailable", "DATABASE_UNAVAILABLE", `${what}: the connection was lost`);

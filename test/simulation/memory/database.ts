import type { Instant } from "@drover/kit";
import type { FleetKind } from "@drover/proto/fleet";
import type { StoredObject } from "../../../control-plane/src/app/fleet/fleet-store.ts";
import type { Release } from "../../../control-plane/src/domain/release/release.ts";
import type { Restrictions } from "../../../control-plane/src/domain/rollout/restrictions.ts";
import type {
  AssignmentRow,
  BundleRow,
  ClusterReportRow,
  ClusterRow,
  EnvelopeRow,
  GateRunRow,
  GoalRow,
  PlacementRow,
  QuarantineRow,
  RolloutRow,
  StatusRow,
  TargetRow,
  TransitionRow,
  WorkRow,
} from "./rows.ts";
import { type Change, Table } from "./table.ts";

/** What was in the tables at one moment. */
export type Backup = ReadonlyMap<string, ReadonlyMap<string, object>>;

/** Where PostgreSQL would run another statement outside a transaction: others may write in between. */
export type Between = () => Promise<void>;
export const atOnce: Between = () => Promise.resolve();

interface Options {
  /** The database server's clock. */
  readonly now: () => Instant;
  /** Called with the changes of every transaction that committed. */
  readonly committed?: (changes: readonly Change[]) => void;
}

/**
 * The control plane's database in memory, for the ports that decide about rollouts. A transaction runs in one go and is undone when it
 * throws; what happens between two of them, and around their commits, is the simulator's to choose.
 */
export class MemoryDatabase {
  readonly now: () => Instant;
  readonly #committed: (changes: readonly Change[]) => void;
  #log: Change[] | undefined;
  readonly #tables: Table<object>[] = [];

  readonly clusters = this.#table<ClusterRow>("clusters");
  readonly fleetObjects = this.#table<StoredObject<FleetKind>>("fleet_objects", ({ kind }) => kind);
  readonly releases = this.#table<Release>("releases");
  readonly bundles = this.#table<BundleRow>("bundles");
  readonly placements = this.#table<PlacementRow>("placements");
  readonly goals = this.#table<GoalRow>("goals", ({ application, environment }) => `${application} ${environment}`);
  readonly assignments = this.#table<AssignmentRow>("assignments", ({ clusterId }) => clusterId);
  readonly rollouts = this.#table<RolloutRow>("rollouts", ({ application, environment }) => `${application} ${environment}`);
  readonly targets = this.#table<TargetRow>("rollout_targets", ({ rolloutId }) => rolloutId);
  readonly transitions = this.#table<TransitionRow>("rollout_transitions", ({ rolloutId }) => rolloutId);
  readonly gateRuns = this.#table<GateRunRow>("gate_runs", ({ rolloutId }) => rolloutId);
  readonly quarantines = this.#table<QuarantineRow>("quarantines", ({ application }) => application);
  readonly emergencyStops = this.#table<NonNullable<Restrictions["stopped"]>>("emergency_stop");
  readonly envelopes = this.#table<EnvelopeRow>("envelopes");
  readonly clusterReports = this.#table<ClusterReportRow>("cluster_reports");
  readonly statuses = this.#table<StatusRow>("statuses", ({ clusterId }) => clusterId);
  readonly work = this.#table<WorkRow>("work", ({ queue }) => queue);

  constructor({ now, committed = () => {} }: Options) {
    this.now = now;
    this.#committed = committed;
  }

  transaction<T>(work: () => T): T {
    if (this.#log !== undefined) return work();
    const log: Change[] = (this.#log = []);
    try {
      const result = work();
      this.#log = undefined;
      if (log.length > 0) this.#committed(log);
      return result;
    } catch (error) {
      this.#log = undefined;
      for (const { table, key, before } of log.toReversed()) this.#named(table).restore(key, before as object | undefined);
      throw error;
    }
  }

  backUp(): Backup {
    return new Map(this.#tables.map((table) => [table.name, table.copy()]));
  }

  /** Puts an older copy back, as an operator would. */
  restore(backup: Backup): void {
    for (const table of this.#tables) table.replaceAll(backup.get(table.name) ?? new Map());
  }

  #table<Row extends object>(name: string, groupOf?: (row: Row) => string): Table<Row> {
    const written = (change: Change): void => {
      if (this.#log === undefined) throw new Error(`${name} is written outside a transaction`);
      this.#log.push(change);
    };
    const table = new Table<Row>(name, written, groupOf);
    this.#tables.push(table as unknown as Table<object>);
    return table;
  }

  #named(name: string): Table<object> {
    const table = this.#tables.find((one) => one.name === name);
    if (table === undefined) throw new Error(`there is no table ${name}`);
    return table;
  }
}

import { base32, type ClusterId, instant, type Labels } from "@drover/kit";
import type { FleetForms, FleetKind } from "@drover/proto/fleet";
import { type AssignMessage, createNkey, createSigner, type Identity, type Nkey } from "@drover/proto/wire";
import type { PlaceName } from "../../control-plane/src/app/placement/placement-store.ts";
import type { EnvelopeKeys } from "../../control-plane/src/domain/identity/envelope-keys.ts";
import { Agent, uidOf } from "./agent.ts";
import { Bus } from "./bus.ts";
import type { Invariants, Watched } from "./invariants/watch.ts";
import { watchAll } from "./invariants/watch-all.ts";
import { MemoryDatabase } from "./memory/database.ts";
import { projectFile } from "./memory/fleet.ts";
import type { GateRunRow, QuarantineRow, WorkRow } from "./memory/rows.ts";
import type { Change } from "./memory/table.ts";
import { askFor } from "./memory/work-queue.ts";
import { Random } from "./random.ts";
import { Replica, type Wakeable } from "./replica.ts";
import { environmentNames, type Scenario } from "./scenario.ts";
import { Schedule } from "./schedule.ts";

/** A promise that did not hold. */
class Violation extends Error {
  readonly invariant: string;
  constructor(invariant: string, message: string) {
    super(message);
    this.invariant = invariant;
  }
}

const applicationNames = ["api", "web"] as const;

/** A whole fleet in one process: replicas, a network, clusters with their agents, and a git repository of a few files. */
export class World implements Watched {
  readonly scenario: Scenario;
  readonly schedule = new Schedule(instant(Date.parse("2026-11-21T08:00:00Z")));
  readonly database: MemoryDatabase;
  readonly invariants: Invariants;
  readonly bus: Bus;
  readonly replicas: readonly Replica[];
  readonly agents = new Map<ClusterId, Agent>();
  readonly applications: readonly string[];
  readonly environments: readonly string[];
  readonly #random: Random;
  readonly #keys = keysOfSeed();
  readonly #listen: (changes: readonly Change[]) => void;
  #violation: Violation | undefined;
  #commits = 0;
  #rollouts = 0;
  isCalm = false;

  constructor(scenario: Scenario, listen: (changes: readonly Change[]) => void) {
    this.scenario = scenario;
    this.#listen = listen;
    this.#random = new Random(scenario.seed);
    this.applications = applicationNames.slice(0, scenario.applications);
    this.environments = environmentNames.slice(0, scenario.environments);
    this.database = new MemoryDatabase({ now: () => this.schedule.now, committed: (changes) => this.#committed(changes) });
    this.bus = new Bus(this.schedule, this.#random.fork("bus"), scenario);
    this.invariants = watchAll(this);
    this.replicas = Array.from({ length: scenario.replicas }, (_, index) => this.#replica(`replica-${index + 1}`));
  }

  begin(): void {
    const { scenario } = this;
    for (const name of this.environments)
      this.#project("Environment", name, { clusterSelector: { matchLabels: { env: name } }, strategy: "waves" });
    this.#project("Strategy", "waves", scenario.strategy);
    for (const name of this.applications) this.#project("Application", name, { source: { repository: `https://git.example/${name}` } });
    for (let index = 1; index <= scenario.clusters; index += 1)
      this.join(`c${String(index).padStart(2, "0")}`, {
        env: this.environments[index % this.environments.length] ?? "",
        ...(index % 3 === 1 ? { ring: "early" } : {}),
      });
    for (const replica of this.replicas) replica.start();
  }

  /** Undefined while all is well. */
  get violation(): Violation | undefined {
    return this.#violation;
  }

  fail(invariant: string, message: string): void {
    this.#violation ??= new Violation(invariant, message);
  }

  /** A new cluster is enrolled and stands in the fleet repository. */
  join(name: string, labels: Labels): void {
    const cluster = base32(new TextEncoder().encode(name.padEnd(16, "-"))) as ClusterId;
    const key = nkeyOf(name);
    this.database.transaction(() =>
      this.database.clusters.put(cluster, {
        id: cluster,
        name,
        state: "Enrolled",
        enrolment: 1,
        publicKey: key.publicText,
        clusterUid: uidOf(name),
        holdsKnown: false,
        createdAt: this.schedule.now,
      }),
    );
    this.relabel(name, cluster, labels);
    const agent = new Agent({
      name,
      cluster,
      key,
      keyset: this.#keys.keyset,
      schedule: this.schedule,
      random: this.#random.fork(name),
      bus: this.bus,
      ask: (kind, from, payload, answer) => this.#ask(kind, from, payload, answer),
      accepted: (from) => this.invariants.accepted(from),
      applying: (from, application, applied) => this.invariants.applying(from, application, applied),
      became: (from, application, applied, health) => this.invariants.became(from, application, applied, health),
    });
    this.agents.set(cluster, agent);
    agent.start();
  }

  relabel(name: string, cluster: ClusterId, labels: Labels): void {
    this.#project("Cluster", name, { id: cluster, labels });
  }

  get places(): readonly PlaceName[] {
    return this.applications.flatMap((application) => this.environments.map((environment) => ({ application, environment })));
  }

  nameOf(cluster: string): string {
    return this.agents.get(cluster as ClusterId)?.name ?? cluster;
  }

  labelsOf(name: string): Labels {
    const form = this.database.fleetObjects.get(`Cluster/${name}`)?.form as { readonly labels?: Labels } | undefined;
    return form?.labels ?? {};
  }

  freeze(isFrozen: boolean): void {
    this.#project("Freeze", "holidays", isFrozen ? { reason: "holidays" } : undefined);
  }

  /** By a commit of its own, which is all that a person needs. */
  refuse(application: string, revision: string, reason: string): void {
    const file = this.database.fleetObjects.get(`Quarantine/${application}`)?.form as FleetForms["Quarantine"] | undefined;
    this.#project("Quarantine", application, { revisions: [...(file?.revisions ?? []), { revision, reason }] });
  }

  pinned({ application, environment }: PlaceName): string | undefined {
    const pin = this.database.fleetObjects.get(`Pin/${environment}/${application}`)?.form as FleetForms["Pin"] | undefined;
    return pin?.revision;
  }

  pin({ application, environment }: PlaceName, revision: string): void {
    this.#project("Pin", `${environment}/${application}`, { revision });
  }

  #project<Kind extends FleetKind>(kind: Kind, name: string, form: FleetForms[Kind] | undefined): void {
    projectFile(this.database, kind, name, form, (this.#commits += 1));
  }

  #replica(name: string): Replica {
    const { schedule, database, scenario } = this;
    return new Replica({
      name,
      database,
      schedule,
      random: this.#random.fork(name),
      keys: this.#keys.keys,
      trouble: () => (this.isCalm ? 0 : scenario.databaseTrouble),
      push: (cluster, message) => this.#push(cluster, message),
      watched: (rollouts) => ({
        load: (id) => rollouts.load(id),
        commit: async (snapshot, plan) => {
          await rollouts.commit(snapshot, plan);
          this.invariants.planned(snapshot, plan);
        },
      }),
      newRolloutId: () => `r${(this.#rollouts += 1)}`,
      broken: (error) => this.fail("no internal error", error instanceof Error ? (error.stack ?? error.message) : String(error)),
    });
  }

  #push(cluster: ClusterId, message: AssignMessage): void {
    const agent = this.agents.get(cluster);
    if (agent === undefined) return;
    this.bus.send(
      agent.process,
      "is sent its envelope",
      () => agent.receive(message),
      () => !agent.isPartitioned,
    );
  }

  #ask(kind: "sync" | "report", from: Agent, payload: Uint8Array, answer: (answer: unknown) => void): void {
    if (from.isPartitioned) return;
    const replica = this.#random.pick(this.replicas.filter(({ process }) => process.alive));
    if (replica === undefined) return;
    this.bus.send(
      replica.process,
      `hears ${kind} of ${from.name}`,
      () => {
        // Nobody answers an agent whose question failed: it asks again.
        replica.serve(kind, from.cluster, payload).then(answer, (error: unknown) => this.fail("no internal error", String(error)));
      },
      () => !from.isPartitioned,
    );
  }

  #committed(changes: readonly Change[]): void {
    this.#listen(changes);
    this.invariants.committed(changes);
    const wanted = new Set<Wakeable>();
    for (const { table, after } of changes) {
      if (table === "envelopes") wanted.add("envelopes");
      if (table === "quarantines" && (after as QuarantineRow).state === "InForce") this.#writeDown(after as QuarantineRow);
      if (table === "gate_runs" && (after as GateRunRow).state === "Open") this.#measure(after as GateRunRow);
      if (table === "work" && after !== undefined) this.#due(after as WorkRow, wanted);
    }
    for (const what of wanted) this.#wake(what);
  }

  /** Stands for the commit that follows a rollback: the pin goes back, and the file refuses what the row did. */
  #writeDown(row: QuarantineRow): void {
    const { id, application, revision, reason, returnsTo, kind } = row;
    if (kind !== "Revision") return;
    this.schedule.after(this.#random.around(20_000), undefined, `${id} is committed`, () => {
      const { database } = this;
      this.refuse(application, revision, reason);
      if (this.pinned(row) === revision) this.pin(row, returnsTo);
      database.transaction(() => database.quarantines.put(id, { ...row, state: "Committed" }));
    });
  }

  /** Stands for people, metrics and Jobs: some time after it was opened a gate has its answer. */
  #measure(run: GateRunRow): void {
    const { database } = this;
    const state = this.isCalm || this.#random.chance(0.85) ? "Passed" : "Failed";
    const key = `${run.rolloutId} ${run.wave} ${run.when} ${run.gate}`;
    this.schedule.after(this.#random.around(20_000), undefined, `gate ${key} is ${state}`, () =>
      database.transaction(() => {
        database.gateRuns.put(key, { ...run, state });
        askFor(database, "rollout", [run.rolloutId]);
      }),
    );
  }

  /** What is due later is looked for then. */
  #due({ queue, dueAt }: WorkRow, wanted: Set<Wakeable>): void {
    const { now } = this.schedule;
    if (dueAt === undefined) return;
    if (dueAt <= now) wanted.add(queue);
    else this.schedule.after(dueAt - now + 1, undefined, `work on a ${queue} is due`, () => this.#wake(queue));
  }

  /** Word of new work is lost now and then. */
  #wake(what: Wakeable): void {
    for (const replica of this.replicas) if (this.#random.chance(0.95)) replica.wake(what);
  }
}

const keyring = new Map<string, Nkey>();

/** Which key it is decides nothing. Making one takes longer than using it. */
function nkeyOf(name: string): Nkey {
  const known = keyring.get(name) ?? createNkey("user");
  keyring.set(name, known);
  return known;
}

function keysOfSeed(): { readonly keys: EnvelopeKeys; readonly keyset: Identity["keyset"] } {
  const signer = createSigner("simulation", new Uint8Array(32).fill(7));
  const trusted = new Map([[signer.keyId, signer.publicKey]]);
  const publicKey = Buffer.from(signer.publicKey).toString("base64");
  return { keys: { version: 1, signer, trusted }, keyset: { version: 1, keys: [{ keyId: signer.keyId, publicKey }] } };
}

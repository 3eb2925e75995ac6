import { type ClusterId, DroverError, rfc3339, Secret } from "@drover/kit";
import { type Clock, createLog } from "@drover/kit/node";
import type { ApplicationStatus, AssignMessage, Dsse, Identity, Nkey, ReportAnswer, SyncAnswer } from "@drover/proto/wire";
import { AgentEvents } from "../../agent/src/app/agent-events.ts";
import type { ControlPlane } from "../../agent/src/app/control-plane.ts";
import { DesiredState } from "../../agent/src/app/desired-state.ts";
import type { Enrolled } from "../../agent/src/app/enrol.ts";
import { Reporter } from "../../agent/src/app/reporter.ts";
import { EnvelopeStore } from "../../agent/src/app/state/envelope-store.ts";
import { Sync } from "../../agent/src/app/sync.ts";
import { Applications, type Applied } from "./applications.ts";
import type { Bus } from "./bus.ts";
import type { Random } from "./random.ts";
import { clockOf, type Process, type Schedule } from "./schedule.ts";

/** What an agent asks of the control plane, by name, and how the answer comes back. */
export type Ask = (kind: "sync" | "report", from: Agent, payload: Uint8Array, answer: (answer: unknown) => void) => void;

/** What its cluster keeps for it across restarts. */
interface Disk {
  envelope: Dsse | undefined;
  boot: number;
  readonly applied: Map<string, Applied>;
}

interface AgentDeps {
  readonly name: string;
  readonly cluster: ClusterId;
  readonly key: Nkey;
  readonly keyset: Identity["keyset"];
  readonly schedule: Schedule;
  readonly random: Random;
  readonly bus: Bus;
  readonly ask: Ask;
  /** It obeys an envelope from now on. */
  readonly accepted: (agent: Agent) => void;
  /** It starts to apply a generation. */
  readonly applying: (agent: Agent, application: string, applied: Applied) => void;
  readonly became: (agent: Agent, application: string, applied: Applied, health: ApplicationStatus["health"]) => void;
}

const silent = createLog("simulation", "silent");
const answerMs = 10_000;

/** The real agent's way to the control plane (envelopes, sync, reports) over a model of what applying does. */
export class Agent {
  readonly name: string;
  readonly cluster: ClusterId;
  readonly disk: Disk = { envelope: undefined, boot: 0, applied: new Map() };
  readonly #deps: AgentDeps;
  process: Process;
  isPartitioned = false;
  inMaintenance = false;
  #running: { readonly sync: Sync; readonly reporter: Reporter; readonly stopping: AbortController } | undefined;
  #held: DesiredState | undefined;
  #applications: Applications | undefined;

  constructor(deps: AgentDeps) {
    this.#deps = deps;
    this.name = deps.name;
    this.cluster = deps.cluster;
    this.process = { name: deps.name, alive: false, pausedUntil: 0, aheadMs: 0 };
  }

  get held(): { readonly epoch: number; readonly sequence: number } | undefined {
    return this.#held?.held;
  }

  start(): void {
    const { schedule, random } = this.#deps;
    this.process = { ...this.process, alive: true, pausedUntil: 0 };
    this.disk.boot += 1;
    const stopping = new AbortController();
    const { signal } = stopping;
    const clock = clockOf(schedule, this.process);
    const events = new AgentEvents(clock, () => {});
    const applications = this.#applicationsOf(clock);
    const current = (): Enrolled => this.#enrolled;
    const desired = new DesiredState({
      store: new DiskEnvelopes(this.disk, () => this.#write()),
      obey: ({ assignments }) => {
        this.#deps.accepted(this);
        applications.assign(assignments);
      },
      events,
      log: silent,
      clusterUid: uidOf(this.name),
      current,
    });
    const controlPlane = this.#link();
    const shared = { controlPlane, desired, clock, random: () => random.next(), log: silent };
    const sync = new Sync(shared);
    const reporter = new Reporter({
      ...shared,
      statuses: () => applications.statuses(),
      jobs: () => [],
      inMaintenance: () => this.inMaintenance,
      leaseTransitions: () => 1,
      events,
      current,
      boot: this.disk.boot,
      agentVersion: "0.1.0",
      kubernetesVersion: "v1.36.3",
    });
    this.#held = desired;
    this.#applications = applications;
    applications.changed = () => reporter.changed();
    this.#running = { sync, reporter, stopping };
    void desired.restore(signal).then(() => {
      void sync.run(signal);
      void reporter.run(signal);
      this.connected();
    });
  }

  crash(): void {
    this.process.alive = false;
    this.#running?.stopping.abort();
    this.#running = undefined;
  }

  connected(): void {
    if (this.isPartitioned) return;
    this.#running?.sync.connected();
    this.#running?.reporter.connected();
  }

  disconnected(): void {
    this.#running?.reporter.disconnected();
  }

  maintain(inMaintenance: boolean): void {
    this.inMaintenance = inMaintenance;
    this.#applications?.maintain();
    this.#running?.reporter.changed();
  }

  receive(message: AssignMessage): void {
    const running = this.#running;
    if (running !== undefined) running.sync.received(message, running.stopping.signal);
  }

  #applicationsOf(clock: Clock): Applications {
    const { schedule, applying, became } = this.#deps;
    return new Applications({
      cluster: this.name,
      applied: this.disk.applied,
      after: (ms, what, run) => schedule.after(ms, this.process, what, run),
      now: () => rfc3339(clock.now()),
      inMaintenance: () => this.inMaintenance,
      applying: (application, applied) => applying(this, application, applied),
      became: (application, applied, health) => became(this, application, applied, health),
    });
  }

  /** Its Secret is written in a moment in which it may crash, before or after. */
  #write(): Promise<void> {
    const { schedule, random } = this.#deps;
    return new Promise((resolve) => schedule.after(random.around(20), this.process, "has written", resolve));
  }

  #link(): ControlPlane {
    const none = (): Promise<never> => Promise.reject(unreachable());
    return {
      sync: (request) => this.#request<SyncAnswer>("sync", request),
      report: (report) => this.#request<ReportAnswer>("report", report),
      bundle: none,
      answer: none,
      reconnect: async () => {},
      close: async () => {},
    };
  }

  #request<Answer>(kind: "sync" | "report", body: object): Promise<Answer> {
    const { schedule, ask, bus } = this.#deps;
    const { process } = this;
    return new Promise((resolve, reject) => {
      const cancel = schedule.after(answerMs, process, `gets no answer to ${kind}`, () => reject(unanswered()));
      ask(kind, this, Buffer.from(JSON.stringify(body)), (answer) =>
        bus.send(
          process,
          `hears the answer to ${kind}`,
          () => {
            cancel();
            resolve(answer as Answer);
          },
          () => !this.isPartitioned,
        ),
      );
    });
  }

  get #enrolled(): Enrolled {
    const { cluster, name, key, keyset } = this.#deps;
    const identity: Identity = {
      cluster,
      clusterName: name,
      enrolment: 1,
      renewals: 0,
      jwt: "",
      jwtExpiresAt: "",
      natsUrls: [""],
      ca: "",
      keyset,
      serverTime: "",
    };
    return { identity, seed: new Secret(key.seedText) };
  }
}

export const uidOf = (cluster: string): string => `uid-of-${cluster}`;

/** The agent's store without a cluster behind it. */
class DiskEnvelopes extends EnvelopeStore {
  readonly #disk: Disk;
  readonly #write: () => Promise<void>;

  constructor(disk: Disk, write: () => Promise<void>) {
    super(undefined as never);
    this.#disk = disk;
    this.#write = write;
  }

  override load(): Promise<Dsse | undefined> {
    return Promise.resolve(this.#disk.envelope);
  }

  override async save(envelope: Dsse): Promise<void> {
    await this.#write();
    this.#disk.envelope = envelope;
    await this.#write();
  }
}

const unreachable = (): DroverError =>
  new DroverError("unavailable", "CONTROL_PLANE_UNREACHABLE", "ask the control plane: nobody is there");
const unanswered = (): DroverError => new DroverError("timeout", "CONTROL_PLANE_TIMEOUT", "ask the control plane: it did not answer");

import { type Backoff, backoffMs, toDroverError } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import type { JobStatus, WantedJob } from "@drover/proto/wire";
import { gateJobId } from "../../domain/gate-job/gate-job-object.ts";
import { nameOf } from "../../domain/manifest.ts";
import { cut } from "../../domain/status/cut.ts";
import { Accesses } from "../engine/access.ts";
import { Wake } from "../engine/schedule/wake.ts";
import type { Kube } from "../kube.ts";
import type { GateJobRun, GateJobStore } from "../state/gate-job-store.ts";
import { beginGateJob, followGateJob, type Known, removeGateJob } from "./gate-job-steps.ts";

interface Deps {
  readonly kube: Kube;
  readonly store: GateJobStore;
  /** What the engine knows of an application. */
  readonly about: (application: string) => Known | undefined;
  /** Somebody in the cluster wants nothing to be changed. */
  readonly inMaintenance: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** `statuses()` has something new to say. */
  readonly changed: () => void;
}

/** A check mostly takes seconds; one that takes an hour must not cost two requests a second. */
const pace: Backoff = { firstMs: 300, factor: 1.5, maxMs: 5_000 };
const maxMessage = 256;

/**
 * Runs the Jobs that gates want in this cluster, each once, and tells what became of them. What has begun is noted in a Secret, so that a restart
 * goes on where this process stopped. They belong to no application: nobody heals, prunes or counts them.
 */
export class GateJobs {
  readonly #deps: Deps;
  readonly #accesses: Accesses;
  readonly #wake = new Wake();
  #wanted: ReadonlyMap<string, WantedJob> = new Map();
  #runs: ReadonlyMap<string, GateJobRun> = new Map();
  #looks = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#accesses = new Accesses(deps.kube);
  }

  /** Takes over what the last process left. */
  async restore(signal: AbortSignal): Promise<void> {
    this.#runs = byId(await this.#deps.store.load(signal));
  }

  /** Puts a newer envelope's jobs in force. A Job that it does not name is over. */
  want(jobs: readonly WantedJob[]): void {
    this.#wanted = byId(jobs);
    this.#looks = 0;
    this.#wake.request();
  }

  /** Of the wanted jobs that have begun, or never will. */
  statuses(): readonly JobStatus[] {
    return [...this.#runs.values()]
      .filter(({ id }) => this.#wanted.has(id))
      .map(({ id, state, message }) => ({ id, state, message }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    while (!signal.aborted) {
      this.#wake.taken();
      const isOpen = await this.#look(signal);
      await this.#wake.requested(isOpen ? backoffMs(pace, this.#looks++) : undefined, clock, signal);
    }
  }

  /** Takes every job a step further. True when there is more to come. */
  async #look(signal: AbortSignal): Promise<boolean> {
    let isOpen = false;
    const steps = [
      ...this.#left().map((run) => () => this.#forget(run, signal)),
      ...this.#open().map((job) => () => this.#advance(job, signal)),
    ];
    for (const step of steps) {
      try {
        await step();
      } catch (thrown) {
        if (signal.aborted) return false;
        isOpen = true;
        this.#deps.log.warn({ err: toDroverError(thrown) }, "a gate's Job could not be looked after, trying again");
      }
    }
    return isOpen || this.#open().length > 0 || this.#left().length > 0;
  }

  #left(): readonly GateJobRun[] {
    return [...this.#runs.values()].filter(({ id }) => !this.#wanted.has(id));
  }

  #open(): readonly WantedJob[] {
    return [...this.#wanted.values()].filter(({ id }) => (this.#runs.get(id)?.state ?? "Running") === "Running");
  }

  async #advance(job: WantedJob, signal: AbortSignal): Promise<void> {
    const known = this.#deps.about(job.application);
    if (!known) return;
    const run = this.#runs.get(job.id) ?? (await this.#begin(job, known, signal));
    if (run?.state === "Running") await this.#follow(run, known, signal);
  }

  async #begin(job: WantedJob, known: Known, signal: AbortSignal): Promise<GateJobRun | undefined> {
    const run = await beginGateJob(job, known, signal);
    if (run) await this.#note(run, known, signal);
    return run;
  }

  async #follow(run: GateJobRun, known: Known, signal: AbortSignal): Promise<void> {
    const { state, message } = await followGateJob(run, known, this.#accesses.of(run.user).kube, signal);
    const now = { ...run, state, message: cut(message, maxMessage) };
    if (state !== "Running") return this.#note(now, known, signal);
    // What a running Job says is only for people: it is not worth a write.
    if (now.message !== run.message) this.#set(withRun(this.#runs, now));
  }

  async #note(run: GateJobRun, { application, context }: Known, signal: AbortSignal): Promise<void> {
    const { id, namespace, uid, state } = run;
    const message = cut(run.message, maxMessage);
    await this.#save(withRun(this.#runs, { ...run, message }), signal);
    if (state === "Running") return;
    context.events.record({
      kind: state === "Succeeded" ? "GateJobSucceeded" : "GateJobFailed",
      application: application.name,
      ...(uid === "" ? {} : { object: nameOf(gateJobId({ id, namespace })) }),
      message: message || "a gate's Job succeeded",
    });
  }

  async #forget(run: GateJobRun, signal: AbortSignal): Promise<void> {
    if (this.#deps.inMaintenance()) return;
    await removeGateJob(run, this.#accesses.of(run.user).kube, signal);
    await this.#save(new Map([...this.#runs].filter(([id]) => id !== run.id)), signal);
  }

  /** Stored before it is told. */
  async #save(runs: ReadonlyMap<string, GateJobRun>, signal: AbortSignal): Promise<void> {
    await this.#deps.store.save([...runs.values()], signal);
    this.#set(runs);
  }

  #set(runs: ReadonlyMap<string, GateJobRun>): void {
    this.#runs = runs;
    this.#deps.changed();
  }
}

const withRun = (runs: ReadonlyMap<string, GateJobRun>, run: GateJobRun): ReadonlyMap<string, GateJobRun> =>
  new Map([...runs, [run.id, run]]);

const byId = <T extends { readonly id: string }>(all: readonly T[]): ReadonlyMap<string, T> => new Map(all.map((one) => [one.id, one]));

import type { ApplicationStatus, Assignment } from "@drover/proto/wire";
import { type Fate, fateOf } from "./revisions.ts";

/** What an application's objects were last brought to. They outlive the agent. */
export interface Applied {
  readonly generation: number;
  readonly bundle: string;
}

interface ApplicationsDeps {
  readonly cluster: string;
  readonly applied: Map<string, Applied>;
  readonly after: (ms: number, what: string, run: () => void) => void;
  readonly now: () => string;
  readonly inMaintenance: () => boolean;
  readonly applying: (application: string, applied: Applied) => void;
  readonly became: (application: string, applied: Applied, health: ApplicationStatus["health"]) => void;
}

type Words = Pick<ApplicationStatus, "sync" | "health" | "reason" | "failing">;

interface Running {
  readonly applied: Applied;
  words: Words;
  lastDegradedAt: string | undefined;
}

const taking: Words = { sync: "OutOfSync", health: "Progressing", reason: "Applying", failing: [] };
const deployment = { group: "apps", kind: "Deployment", namespace: "default", name: "web" };
const refused: Pick<Words, "sync" | "failing"> = {
  sync: "OutOfSync",
  failing: [{ ...deployment, reason: "Forbidden", message: "exceeded quota" }],
};
const applied: typeof refused = { sync: "Synced", failing: [] };

/** The model of a cluster: assigned content is applied in a while and fares as its revision's fate has it. */
export class Applications {
  readonly #deps: ApplicationsDeps;
  readonly #running = new Map<string, Running>();
  #assigned: readonly Assignment[] = [];
  changed: () => void = () => {};

  constructor(deps: ApplicationsDeps) {
    this.#deps = deps;
  }

  assign(assignments: readonly Assignment[]): void {
    this.#assigned = assignments;
    this.maintain();
    this.changed();
  }

  /** Takes up what is assigned and not applied, unless somebody has paused the agent. */
  maintain(): void {
    if (this.#deps.inMaintenance()) return;
    for (const assignment of this.#assigned) this.#take(assignment);
  }

  statuses(): readonly ApplicationStatus[] {
    const active = new Set(this.#assigned.map(({ application }) => application));
    return [...this.#running].map(([application, { applied, words, lastDegradedAt }]) => ({
      application,
      ...applied,
      ...(active.has(application) ? words : { ...words, sync: "Unknown", reason: "Unassigned" }),
      objects: 1,
      drifted: 0,
      observedAt: this.#deps.now(),
      ...(lastDegradedAt === undefined ? {} : { lastDegradedAt }),
    }));
  }

  #take({ application, generation, bundle, state }: Assignment): void {
    if (state !== "active") return;
    const { applied, cluster, applying } = this.#deps;
    const now = { generation, bundle: bundle.sha256 };
    if (this.#running.get(application)?.applied.generation === generation) return;
    const running: Running = { applied: now, words: taking, lastDegradedAt: undefined };
    this.#running.set(application, running);
    applying(application, now);
    applied.set(application, now);
    const fate = fateOf(bundle.sha256, cluster);
    this.#suffer(application, running, fate);
  }

  #suffer(application: string, running: Running, { afterMs, health, next, refused: isRefused }: Fate): void {
    this.#become(application, running, afterMs, { ...(isRefused ? refused : applied), health }, () => {
      if (next !== undefined) this.#suffer(application, running, next);
    });
  }

  #become(application: string, running: Running, afterMs: number, words: Words, then: () => void): void {
    this.#deps.after(afterMs, `${application} is ${words.health} in generation ${running.applied.generation}`, () => {
      if (this.#running.get(application) !== running) return;
      running.words = words;
      this.#deps.became(application, running.applied, words.health);
      if (words.health === "Degraded") running.lastDegradedAt = this.#deps.now();
      this.changed();
      then();
    });
  }
}

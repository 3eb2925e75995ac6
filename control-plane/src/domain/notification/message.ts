import type { NotificationEvent, Severity } from "@drover/proto/fleet";

/** What a message concerns, by which routes choose. "all": the whole fleet; an empty list: nothing of this sort. */
export type Concerned = readonly string[] | "all";

export interface Concerns {
  readonly projects: Concerned;
  readonly environments: Concerned;
  readonly applications: Concerned;
}

/** Something that begins and ends, such as a halt. On-call services open an incident with its key, and close it with the same one. */
export interface Incident {
  readonly key: string;
  readonly action: "trigger" | "resolve";
}

/** One line of a message that stands by itself, like `Revision: 1a2b3c4`. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** What is told, before anybody's form is given to it. Its texts are plain: who formats them escapes and shortens. */
export interface Message {
  readonly event: NotificationEvent | "Test";
  readonly severity: Severity;
  /** `rollouts/<id>`, `fleet/<commit>`, … */
  readonly subject: string;
  readonly title: string;
  readonly text: string;
  readonly facts: readonly Fact[];
  /** Path in the console. */
  readonly path: string;
  /** RFC 3339. */
  readonly at: string;
  readonly concerns: Concerns;
  readonly incident?: Incident;
}

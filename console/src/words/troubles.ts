import type { ApplicationStatus } from "@drover/proto/rest";

/** Something that keeps an application from being Synced and Healthy, as its agent names it. */
export interface Trouble {
  /** An object, and its container where it is one of those. Without it, the whole application. */
  readonly subject?: string;
  /** One word, such as CrashLoopBackOff. */
  readonly reason: string;
  readonly message: string;
}

type Reported = Pick<ApplicationStatus, "health" | "sync" | "reason" | "message" | "failing">;

/** What its agent says of it while it is not Synced and Healthy: the error that kept it from applying, and the objects that fail. */
export function troublesOf({ health, sync, reason, message, failing }: Reported): readonly Trouble[] {
  if (health === "Healthy" && sync === "Synced") return [];
  const objects = failing.map(({ kind, name, container, reason, message }) => ({
    subject: `${kind}/${name}${container === undefined ? "" : ` ${container}`}`,
    reason,
    message,
  }));
  return message === undefined ? objects : [{ reason: reason ?? sync, message }, ...objects];
}

export interface SharedTrouble extends Trouble {
  readonly clusters: readonly string[];
}

/** What many clusters have in common is told once, with where: the most frequent first. Messages differ in names of pods and times. */
export function sharedTroubles(statuses: readonly (Reported & Pick<ApplicationStatus, "cluster">)[]): readonly SharedTrouble[] {
  const shared = new Map<string, Trouble & { readonly clusters: string[] }>();
  for (const status of statuses)
    for (const trouble of troublesOf(status)) {
      const key = `${trouble.subject} ${trouble.reason}`;
      const known = shared.get(key);
      if (known === undefined) shared.set(key, { ...trouble, clusters: [status.cluster] });
      else if (known.clusters.at(-1) !== status.cluster) known.clusters.push(status.cluster);
    }
  return [...shared.values()].toSorted((a, b) => b.clusters.length - a.clusters.length);
}

export const troubleInWords = ({ subject, reason, message }: Trouble): string =>
  `${subject === undefined ? "" : `${subject}: `}${reason}${message === "" ? "" : `: ${message}`}`;

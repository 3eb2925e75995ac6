import type { Application, Environment, Pin, Quarantine } from "@drover/proto/fleet";
import type { Problem } from "../release/release.ts";

/** Where git takes an environment's revision from. A pin holds: it wins over tracking until it is removed. */
export type Intent =
  | { readonly kind: "pinned"; readonly revision: string }
  | { readonly kind: "tracked"; readonly repository: string; readonly ref: string }
  | { readonly kind: "nothing" };

export function intentOf(name: string, application: Application, environment: Environment, pin: Pin | undefined): Intent {
  if (pin?.revision !== undefined) return { kind: "pinned", revision: pin.revision };
  if (!tracks(environment, name)) return { kind: "nothing" };
  return {
    kind: "tracked",
    repository: application.source.repository,
    ref: environment.source?.ref ?? application.source.ref ?? defaultRef,
  };
}

const defaultRef = "main";

const tracks = ({ track, applications }: Environment, name: string): boolean =>
  track === "head" && (applications === undefined || applications.includes(name));

/** Whether an environment wants the application on a cluster at all. */
export const isPlaced = (name: string, environment: Environment, pin: Pin | undefined, cluster: string): boolean =>
  pin?.revision !== undefined || tracks(environment, name) || (pin?.clusters !== undefined && Object.hasOwn(pin.clusters, cluster));

const shortestCommit = 7;

/** The problem with a revision that a person has put into quarantine. Entries may be shortened, as git shortens commits. */
export function quarantineProblem(quarantine: Quarantine | undefined, application: string, revision: string): Problem | undefined {
  const entry = quarantine?.revisions.find(
    (quarantined) => quarantined.revision.length >= shortestCommit && revision.startsWith(quarantined.revision.toLowerCase()),
  );
  return (
    entry && {
      code: "REVISION_QUARANTINED",
      message: `place ${application}: revision ${revision.slice(0, 12)} is quarantined (${entry.reason}); pin another one, or remove it from quarantines/${application}.yaml`,
      details: { revision },
    }
  );
}

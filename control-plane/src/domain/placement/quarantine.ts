import type { Quarantine } from "@drover/proto/fleet";
import type { Digest } from "@drover/proto/wire";
import type { Problem } from "../release/release.ts";

/** A refusal that no file of the fleet repository carries, or not yet. A Content is refused in its environment, a Revision everywhere. */
export type QuarantineInForce =
  | { readonly kind: "Revision"; readonly id: string; readonly revision: string; readonly reason: string }
  | {
      readonly kind: "Content";
      readonly id: string;
      readonly environment: string;
      readonly contentDigests: readonly Digest[];
      /** The fleet commit that brought it. */
      readonly changeId: string;
      readonly reason: string;
    };

/** The file as it will be once every row is committed. */
export function withRows(quarantine: Quarantine | undefined, rows: readonly QuarantineInForce[]): Quarantine {
  const pending = rows.flatMap((row) => (row.kind === "Revision" ? [{ revision: row.revision, reason: row.reason }] : []));
  return { revisions: [...(quarantine?.revisions ?? []), ...pending] };
}

const shortestCommit = 7;

/** Whether an entry means a revision. Entries may be shortened, as git shortens commits. */
export const isSameRevision = (revision: string, entry: string): boolean =>
  entry === revision || (entry.length >= shortestCommit && revision.startsWith(entry.toLowerCase()));

/** The entry for a revision. */
export const quarantineOf = (quarantine: Quarantine | undefined, revision: string): Quarantine["revisions"][number] | undefined =>
  quarantine?.revisions.find((entry) => isSameRevision(revision, entry.revision));

/** The problem with a revision that is in quarantine. */
export function quarantineProblem(quarantine: Quarantine | undefined, application: string, revision: string): Problem | undefined {
  const entry = quarantineOf(quarantine, revision);
  return (
    entry && {
      code: "REVISION_QUARANTINED",
      message:
        `place ${application}: revision ${revision.slice(0, 12)} is quarantined (${entry.reason}); pin another one, ` +
        `or lift it: drover quarantine lift ${application} ${revision.slice(0, 12)} --reason TEXT`,
      details: { revision },
    }
  );
}

/** The problem with contents that were rolled back in this environment though their revision was not what was wrong. */
export function contentProblem(
  rows: readonly QuarantineInForce[],
  { application, environment }: { readonly application: string; readonly environment: string },
  wanted: readonly Digest[],
): Problem | undefined {
  const digests = new Set(wanted);
  const row = rows.find(
    (one) => one.kind === "Content" && one.environment === environment && one.contentDigests.some((one) => digests.has(one)),
  );
  if (row?.kind !== "Content") return undefined;
  return {
    code: "CONTENT_QUARANTINED",
    message:
      `place ${application} in ${environment}: what the files say since commit ${row.changeId.slice(0, 12)} was rolled back (${row.reason}); ` +
      `revert that commit or change the files, or lift it: drover quarantine lift ${application} ${row.id} --reason TEXT`,
    details: { quarantine: row.id, commit: row.changeId },
  };
}

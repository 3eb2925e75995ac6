import { DroverError } from "@drover/kit";
import { isSameRevision } from "../placement/quarantine.ts";
import type { Scope } from "../placement/plan.ts";
import type { Standing } from "./decide-promotion.ts";
import type { FileEdit } from "./fleet-edit.ts";

/** A rollback that clusters have begun already, for git to say the same. */
export interface RolledBack {
  readonly application: string;
  readonly environment: string;
  readonly revision: string;
  readonly returnsTo: string;
  readonly reason: string;
  readonly scope: Scope;
  /** What each cluster of a rollout over exceptions went back to. */
  readonly clusters: readonly { readonly name: string; readonly returnsTo: string | undefined }[];
}

/** The revisions of a pin's exceptions as they are written, by cluster. */
export type Exceptions = ReadonlyMap<string, string>;

/**
 * The edits that back up a rollback: the pin goes back where it still names what failed, and nobody may roll that out. What a person moved
 * meanwhile stays as they have it. Throws `unavailable` PIN_NOT_RESOLVED when what the pin names cannot be told now.
 */
export function backUpEdits(rolledBack: RolledBack, standing: Standing, exceptions: Exceptions): readonly FileEdit[] {
  const { application, revision, reason, scope } = rolledBack;
  const moves = scope === "Clusters" ? exceptionEdits(rolledBack, standing, exceptions) : pinEdits(rolledBack, standing);
  return [...moves, { kind: "quarantine", application, revision, reason }];
}

function pinEdits({ revision, returnsTo, reason }: RolledBack, standing: Standing): readonly FileEdit[] {
  const { application, environment, pinned, current } = standing;
  const names = current ?? pinned;
  if (pinned !== undefined && current === undefined && !isSameRevision(revision, pinned)) throw notResolved(standing);
  // Where a branch is followed, a pin holds it at what it was.
  if (names === undefined || !isSameRevision(revision, names)) return [];
  const before = { revision: pinned ?? null };
  const to = { application, environment, revision: returnsTo, reason, previousRevision: revision };
  return [{ kind: "set-pin", ...to, before, ifMoved: "leave", promotion: "Kept" }];
}

function exceptionEdits({ revision, reason, clusters }: RolledBack, standing: Standing, exceptions: Exceptions): readonly FileEdit[] {
  const { application, environment, current } = standing;
  return clusters.flatMap(({ name: cluster, returnsTo }): FileEdit[] => {
    const pinned = exceptions.get(cluster);
    if (pinned === undefined || returnsTo === undefined || !isSameRevision(revision, pinned)) return [];
    const place = { application, environment, cluster, before: { revision: pinned }, ifMoved: "leave" } as const;
    if (returnsTo === current) return [{ kind: "remove-exception", ...place }];
    return [{ kind: "set-exception", ...place, revision: returnsTo, reason, previousRevision: revision }];
  });
}

const notResolved = ({ application, environment, pinned }: Standing): DroverError =>
  new DroverError(
    "unavailable",
    "PIN_NOT_RESOLVED",
    `move the pin of ${application} in ${environment} back: what it names, ${pinned ?? ""}, cannot be told while its source is not reached; this is tried again`,
  );

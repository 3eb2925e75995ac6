import { canonicalJson } from "@drover/kit";
import type { FleetForms, Window } from "@drover/proto/fleet";
import type { FleetChange } from "../fleet/project-commit.ts";

/** Whether a commit changed windows, freezes or quarantines of any place, so that every open rollout has to be looked at again. */
export const restrictionsChanged = (changes: readonly FleetChange[]): boolean => changes.some(restricts);

function restricts({ kind, before, after }: FleetChange): boolean {
  switch (kind) {
    case "Freeze":
    case "Quarantine":
      return true;
    case "Fleet":
    case "Project":
    case "Environment":
    case "Cluster":
      return canonicalJson(windowsOf(before)) !== canonicalJson(windowsOf(after));
    case "Application":
      // In another project it obeys other windows.
      return (before as FleetForms["Application"] | undefined)?.project !== (after as FleetForms["Application"] | undefined)?.project;
    case "Strategy":
    case "Pin":
    case "ApplicationRemoval":
    case "ClusterRemoval":
    case "Notification":
      return false;
  }
}

const windowsOf = (form: FleetChange["before"]): readonly Window[] =>
  (form as { readonly windows?: readonly Window[] } | undefined)?.windows ?? [];

import { textOf } from "../manifest-fields.ts";

/** Whether something may be deleted: yes, never, or once a person has confirmed it. */
export type Permission = "true" | "false" | "confirm";

/**
 * How one object is brought in place and removed. `CreateNamespace` and `FailOnSharedResource` are of the application alone.
 * `ServerSideApply`, `ApplyOutOfSyncOnly`, `PruneLast` and `RespectIgnoreDifferences` are accepted and say nothing: they are always so.
 */
export interface SyncOptions {
  /** Written as a whole (PUT) instead of applied. */
  readonly replace: boolean;
  /** Deleted and made anew where a field cannot be changed. */
  readonly recreate: boolean;
  /** When git no longer has it. */
  readonly prune: Permission;
  /** When the application goes. */
  readonly delete: Permission;
}

/** What an annotation may hold; the rest of a longer one is not read. */
const maxOptions = 32;

/**
 * The options of one object. What its annotations name wins over the application's policy, and our annotation over Argo's alias. For
 * deletions, annotations of several tools add up: the one that protects more wins.
 */
export function syncOptionsOf(policyOptions: readonly string[], annotations: Readonly<Record<string, unknown>> = {}): SyncOptions {
  const ours = parseOptions(splitOptions(annotations["drover.dev/sync-options"]));
  const argo = parseOptions(splitOptions(annotations["argocd.argoproj.io/sync-options"]));
  const policy = parseOptions(policyOptions);
  const flag = (name: string): boolean => (ours.get(name) ?? argo.get(name) ?? policy.get(name)) === "true";
  const permission = (name: "Prune" | "Delete", annotation: string): Permission => {
    const named = [ours.get(name), ours.has(name) ? undefined : argo.get(name), textOf(annotations[annotation]) || undefined];
    if (textOf(annotations["helm.sh/resource-policy"]).trim() === "keep") named.push("false");
    const said = named.filter((word) => word !== undefined);
    return mostProtective((said.length > 0 ? said : [policy.get(name) ?? "true"]).map(permissionOf));
  };
  return {
    replace: flag("Replace"),
    recreate: flag("Recreate") || flag("Force"),
    prune: permission("Prune", "drover.dev/prune"),
    delete: permission("Delete", "drover.dev/delete"),
  };
}

const splitOptions = (annotation: unknown): readonly string[] => textOf(annotation).split(",", maxOptions);

/** `Name=value` each; the first of a name counts. Names that we do not know are of other tools or versions, and mean nothing here. */
function parseOptions(options: readonly string[]): ReadonlyMap<string, string> {
  const parsed = new Map<string, string>();
  for (const option of options) {
    const [name = "", value = ""] = option.split("=", 2).map((part) => part.trim());
    if (name !== "" && !parsed.has(name)) parsed.set(name, value.toLowerCase());
  }
  return parsed;
}

/** A word that we cannot read protects: somebody meant to keep the object and misspelled it. */
function permissionOf(word: string): Permission {
  const said = word.trim().toLowerCase();
  return said === "true" || said === "enabled" ? "true" : said === "confirm" ? "confirm" : "false";
}

function mostProtective(said: readonly Permission[]): Permission {
  return said.includes("false") ? "false" : said.includes("confirm") ? "confirm" : "true";
}

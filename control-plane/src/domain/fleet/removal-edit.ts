import { type ApplicationRemoval, type FleetKind, fleetPathOf, newRemovalFile } from "@drover/proto/fleet";

/** What a removal, or its end, changes in the fleet repository: whole files come and go, in one commit. */
export type RemovalEdit =
  | {
      readonly kind: "remove-application";
      readonly application: string;
      /** Where it is removed from. */
      readonly environments: readonly string[];
      /** Also what says that it exists: it is removed everywhere. */
      readonly whole: boolean;
      readonly deletionPolicy: ApplicationRemoval["deletionPolicy"];
      readonly reason: string;
    }
  | {
      readonly kind: "remove-cluster";
      readonly cluster: string;
      readonly id: string;
      readonly deletionPolicy: ApplicationRemoval["deletionPolicy"];
      readonly reason: string;
    }
  | { readonly kind: "end-removal"; readonly of: "ApplicationRemoval" | "ClusterRemoval"; readonly name: string };

type PathOf = (kind: FleetKind, name: string) => string | undefined;

/** Path to new text, `undefined` for files that go. Files that are not there need not go. */
export function filesOfRemoval(edit: RemovalEdit, pathOf: PathOf): ReadonlyMap<string, string | undefined> {
  const files = new Map<string, string | undefined>();
  const remove = (kind: FleetKind, name: string): void => {
    const path = pathOf(kind, name);
    if (path !== undefined) files.set(path, undefined);
  };
  const add = (kind: "ApplicationRemoval" | "ClusterRemoval", name: string, form: Parameters<typeof newRemovalFile>[0]): void =>
    void files.set(pathOf(kind, name) ?? fleetPathOf(kind, name), newRemovalFile(form));

  switch (edit.kind) {
    case "remove-application": {
      const { application, environments, whole, deletionPolicy, reason } = edit;
      for (const environment of environments) {
        remove("Pin", `${environment}/${application}`);
        add("ApplicationRemoval", `${environment}/${application}`, { deletionPolicy, reason });
      }
      if (whole) {
        remove("Application", application);
        remove("Quarantine", application);
      }
      break;
    }
    case "remove-cluster": {
      const { cluster, id, deletionPolicy, reason } = edit;
      remove("Cluster", cluster);
      add("ClusterRemoval", cluster, { id, deletionPolicy, reason });
      break;
    }
    case "end-removal":
      remove(edit.of, edit.name);
  }
  return files;
}

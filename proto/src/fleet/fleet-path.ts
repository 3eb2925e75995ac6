import { namePattern } from "../wire/words.ts";
import { fleetKinds } from "./fleet-kinds.ts";
import type { FleetKind } from "./objects.ts";

/** Which object a file is. Its name is in its path alone, so that a name and its file cannot disagree. */
export type FleetPath =
  | { readonly kind: "object"; readonly of: FleetKind; readonly name: string }
  /** README files, CI configuration, folders of other tools. */
  | { readonly kind: "ignored" }
  | { readonly kind: "misplaced"; readonly code: "FLEET_NAME_INVALID" | "FLEET_PATH_INVALID"; readonly message: string };

/** The name of the one object of kind Fleet. */
export const fleetName = "drover";

const kindOfFolder: ReadonlyMap<string, FleetKind> = new Map(
  Object.entries(fleetKinds).map(([kind, { folder }]) => [folder, kind as FleetKind]),
);
const name = new RegExp(namePattern);

export function parseFleetPath(path: string): FleetPath {
  const file = /^(.*)\.ya?ml$/.exec(path)?.[1];
  if (file === undefined) return { kind: "ignored" };
  const segments = file.split("/");
  if (segments.length === 1) return file === fleetName ? { kind: "object", of: "Fleet", name: fleetName } : { kind: "ignored" };
  const of = kindOfFolder.get(segments[0] ?? "");
  if (of === undefined) return { kind: "ignored" };
  return of === "Pin" ? pinPath(segments) : named(of, segments.at(-1) ?? "");
}

function pinPath([, environment = "", application = "", ...more]: readonly string[]): FleetPath {
  if (application === "" || more.length > 0)
    return {
      kind: "misplaced",
      code: "FLEET_PATH_INVALID",
      message: "a pin's file is pins/<environment>/<application>.yaml: move it there",
    };
  const badName = [environment, application].find((part) => !name.test(part));
  return badName === undefined ? { kind: "object", of: "Pin", name: `${environment}/${application}` } : unnamed(badName);
}

const named = (of: FleetKind, text: string): FleetPath => (name.test(text) ? { kind: "object", of, name: text } : unnamed(text));

const unnamed = (text: string): FleetPath => ({
  kind: "misplaced",
  code: "FLEET_NAME_INVALID",
  message: `"${text.slice(0, 80)}" is no name: rename the file to at most 53 lower-case letters, digits and dashes`,
});

/** Where Drover itself writes an object. People may also use deeper folders. */
export const fleetPathOf = (kind: FleetKind, objectName: string): string =>
  kind === "Fleet" ? `${fleetName}.yaml` : `${fleetKinds[kind].folder}/${objectName}.yaml`;

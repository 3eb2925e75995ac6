import { namePattern } from "../wire/words.ts";
import { fleetKinds } from "./fleet-kinds.ts";
import type { FleetKind } from "./objects.ts";

/** Which object a file is. Its name is in its path alone, so that a name and its file cannot disagree. */
export type FleetPath =
  | { readonly kind: "object"; readonly of: FleetKind; readonly name: string }
  /** README files, CI configuration, folders of other tools. */
  | { readonly kind: "ignored" }
  | {
      readonly kind: "misplaced";
      readonly code: "FLEET_NAME_INVALID" | "FLEET_NAME_RESERVED" | "FLEET_PATH_INVALID";
      readonly message: string;
    };

/** The name of the one object of kind Fleet. */
export const fleetName = "drover";

const kindOfFolder: ReadonlyMap<string, FleetKind> = new Map(
  Object.entries(fleetKinds).map(([kind, { folder }]) => [folder, kind as FleetKind]),
);
const name = new RegExp(namePattern);

/** Words that stand where names stand in the paths of the API: an object of such a name could not be asked for. */
export const reservedNames: readonly string[] = ["watch"];

export function parseFleetPath(path: string): FleetPath {
  const file = /^(.*)\.ya?ml$/.exec(path)?.[1];
  if (file === undefined) return { kind: "ignored" };
  const segments = file.split("/");
  if (segments.length === 1) return file === fleetName ? { kind: "object", of: "Fleet", name: fleetName } : { kind: "ignored" };
  const depth = segments[0] === removals ? 2 : 1;
  const of = kindOfFolder.get(segments.slice(0, depth).join("/"));
  if (of !== undefined) return isOfPlace(of) ? placePath(of, segments.slice(depth)) : named(of, segments.at(-1) ?? "");
  if (depth === 1) return { kind: "ignored" };
  return {
    kind: "misplaced",
    code: "FLEET_PATH_INVALID",
    message:
      "a removal's file is removals/applications/<environment>/<application>.yaml or removals/clusters/<cluster>.yaml: move it there",
  };
}

const removals = "removals";

/** Kinds that speak of an application in an environment. */
const isOfPlace = (of: FleetKind): of is "Pin" | "ApplicationRemoval" => of === "Pin" || of === "ApplicationRemoval";

function placePath(of: "Pin" | "ApplicationRemoval", [environment = "", application = "", ...more]: readonly string[]): FleetPath {
  if (application === "" || more.length > 0)
    return {
      kind: "misplaced",
      code: "FLEET_PATH_INVALID",
      message: `${of === "Pin" ? "a pin" : "an application's removal"}'s file is ${fleetKinds[of].folder}/<environment>/<application>.yaml: move it there`,
    };
  const misnamed = [environment, application].map(fault).find((found) => found !== undefined);
  return misnamed ?? { kind: "object", of, name: `${environment}/${application}` };
}

const named = (of: FleetKind, text: string): FleetPath => fault(text) ?? { kind: "object", of, name: text };

function fault(text: string): FleetPath | undefined {
  if (!name.test(text))
    return {
      kind: "misplaced",
      code: "FLEET_NAME_INVALID",
      message: `"${text.slice(0, 80)}" is no name: rename the file to at most 53 lower-case letters, digits and dashes`,
    };
  if (!reservedNames.includes(text)) return undefined;
  return { kind: "misplaced", code: "FLEET_NAME_RESERVED", message: `"${text}" is a word of the API's paths: take another name` };
}

/** Where Drover itself writes an object. People may also use deeper folders. */
export const fleetPathOf = (kind: FleetKind, objectName: string): string =>
  kind === "Fleet" ? `${fleetName}.yaml` : `${fleetKinds[kind].folder}/${objectName}.yaml`;

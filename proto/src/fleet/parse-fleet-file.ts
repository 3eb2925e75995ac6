import { checkObject } from "./check-object.ts";
import { fleetKinds } from "./fleet-kinds.ts";
import { parseFleetPath } from "./fleet-path.ts";
import { type KeyPath, type Position, readFleetYaml } from "./fleet-yaml.ts";
import type { FleetKind, FleetObject, FleetProblem } from "./objects.ts";
import { schemaProblems } from "./schema-problems.ts";

export type ParsedFleetFile =
  | { readonly kind: "ignored"; readonly path: string }
  | {
      readonly kind: "object";
      readonly path: string;
      readonly object: FleetObject;
      locate(keys: KeyPath, what?: "key" | "value"): Position;
    }
  | {
      readonly kind: "invalid";
      readonly path: string;
      /** Whose file it would be; absent when the path itself is wrong. */
      readonly subject: { readonly kind: FleetKind; readonly name: string } | undefined;
      /** At least one, all of them errors, in the order of the file. */
      readonly problems: readonly FleetProblem[];
    };

/** Reads one file by itself; what it says about other files is `checkFleet`'s matter. Never throws, whatever the text. */
export function parseFleetFile(path: string, text: string): ParsedFleetFile {
  const place = parseFleetPath(path);
  if (place.kind === "ignored") return { kind: "ignored", path };
  const invalid = (problems: readonly Omit<FleetProblem, "severity" | "path">[]): ParsedFleetFile => ({
    kind: "invalid",
    path,
    subject: place.kind === "object" ? { kind: place.of, name: place.name } : undefined,
    problems: problems
      .map((problem): FleetProblem => ({ severity: "error", path, ...problem }))
      .toSorted((a, b) => a.line - b.line || a.column - b.column),
  });
  if (place.kind === "misplaced") return invalid([{ line: 1, column: 1, code: place.code, message: place.message }]);

  const yaml = readFleetYaml(text);
  if (!("document" in yaml)) return invalid(yaml);
  const wrongShape = schemaProblems(fleetKinds[place.of].schema, yaml.value);
  if (wrongShape.length > 0)
    return invalid(wrongShape.map(({ path: keys, at, message }) => ({ ...yaml.locate(keys, at), code: "FLEET_FILE_SCHEMA", message })));

  // The schema of this very kind has just accepted the value.
  const object = { kind: place.of, name: place.name, form: yaml.value } as FleetObject;
  const wrongMeaning = checkObject(object);
  if (wrongMeaning.length > 0) return invalid(wrongMeaning.map(({ keys, code, message }) => ({ ...yaml.locate(keys), code, message })));
  return { kind: "object", path, object, locate: yaml.locate };
}

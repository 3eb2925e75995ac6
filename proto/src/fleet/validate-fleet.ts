import { checkFleet, type FleetEntry } from "./check-fleet.ts";
import type { FleetKind, FleetObject, FleetProblem } from "./objects.ts";
import { parseFleetFile } from "./parse-fleet-file.ts";

export interface ValidatedFleet {
  /** Objects without an error of their own; some may have warnings. */
  readonly objects: readonly FleetObject[];
  /** By path, then by line. */
  readonly problems: readonly FleetProblem[];
}

/**
 * Checks a whole fleet repository given as path → text: what `drover validate` prints and what the projection holds to. `known` are objects
 * of other files that need not be read again.
 */
export function validateFleet(files: ReadonlyMap<string, string>, known: readonly FleetEntry[] = []): ValidatedFleet {
  const entries: FleetEntry[] = [...known];
  const claims: Claim[] = known.map(({ path, object: { kind, name } }) => ({ path, kind, name }));
  const problems: FleetProblem[] = [];
  for (const [path, text] of files) {
    const file = parseFleetFile(path, text);
    if (file.kind === "object") entries.push(file);
    if (file.kind === "object") claims.push({ path, kind: file.object.kind, name: file.object.name });
    if (file.kind === "invalid") problems.push(...file.problems);
    if (file.kind === "invalid" && file.subject) claims.push({ path, ...file.subject });
  }
  problems.push(...duplicateNames(claims));

  const wrong = pathsWithErrors(problems);
  const sound = entries.filter(({ path }) => !wrong.has(path));
  problems.push(
    ...checkFleet(
      sound,
      claims.filter(({ path }) => wrong.has(path)),
    ),
  );

  const wrongAfterAll = pathsWithErrors(problems);
  return {
    objects: sound.filter(({ path }) => !wrongAfterAll.has(path)).map(({ object }) => object),
    problems: problems.toSorted((a, b) => compare(a.path, b.path) || a.line - b.line || a.column - b.column),
  };
}

/** A file that claims to be an object, whether or not it can be read. */
interface Claim {
  readonly path: string;
  readonly kind: FleetKind;
  readonly name: string;
}

/** Which of two files is meant cannot be told, so neither counts. */
export function duplicateNames(claims: readonly Claim[]): readonly FleetProblem[] {
  return [...Map.groupBy(claims, ({ kind, name }) => `${kind} ${name}`).values()]
    .filter((same) => same.length > 1)
    .flatMap((same) =>
      same.map(({ path, kind, name }): FleetProblem => {
        const others = same.filter((other) => other.path !== path).map((other) => other.path);
        const message = `${others.join(", ")} also says what ${kind.toLowerCase()} "${name}" is: keep one of the files`;
        return { severity: "error", path, line: 1, column: 1, code: "FLEET_DUPLICATE_NAME", message };
      }),
    );
}

const pathsWithErrors = (problems: readonly FleetProblem[]): ReadonlySet<string> =>
  new Set(problems.filter(({ severity }) => severity === "error").map(({ path }) => path));

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

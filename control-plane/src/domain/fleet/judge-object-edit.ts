import { DroverError } from "@drover/kit";
import { type FleetEntry, type FleetObject, type FleetProblem, validateFleet } from "@drover/proto/fleet";
import { type ObjectEdit, operationOf } from "./object-edit.ts";
import type { ProjectedFile } from "./project-commit.ts";

/** The fleet around an edit: what is projected, and the texts of those files that it does not speak for. */
export interface FleetAround {
  readonly projected: readonly ProjectedFile[];
  /** Files that have a problem, or were changed since. `undefined`: the file goes. */
  readonly texts: ReadonlyMap<string, string | undefined>;
}

/** What an edit would bring about, by the rules of `drover validate` over the whole fleet: every problem of its own file, and new ones elsewhere. */
export function problemsOfEdit(around: FleetAround, path: string, text: string | undefined): readonly FleetProblem[] {
  const after = problemsOf(around, path, text);
  if (after.every((problem) => problem.path === path)) return after;
  const before = new Set(problemsOf(around).map(identityOf));
  return after.filter((problem) => problem.path === path || !before.has(identityOf(problem)));
}

function problemsOf({ projected, texts }: FleetAround, path?: string, text?: string): readonly FleetProblem[] {
  const read = path === undefined ? texts : new Map([...texts, [path, text]]);
  const there = [...read].filter((file): file is [string, string] => file[1] !== undefined);
  return validateFleet(
    new Map(there),
    projected.filter((file) => !read.has(file.path)).flatMap((file) => entryOf(file) ?? []),
  ).problems;
}

const entryOf = ({ kind, name, path, form }: ProjectedFile): FleetEntry | undefined =>
  // The projection keeps forms by the kind they belong to.
  form === undefined ? undefined : { path, object: { kind, name, form } as FleetObject };

/** Lines move when a file changes above them. */
const identityOf = ({ path, code, message }: FleetProblem): string => `${path} ${code} ${message}`;

/** Throws `invalid` FLEET_EDIT_INVALID, or `wrong-state` FLEET_OBJECT_USED for what others name, when the edit would bring about an error. */
export function refuseErrors(edit: ObjectEdit, problems: readonly FleetProblem[]): void {
  const errors = problems.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first === undefined) return;
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : "";
  const details = { errors: errors.slice(0, mostListed).map(({ path, line, message }) => ({ pointer: `${path}:${line}`, message })) };
  if (edit.kind === "delete-object") {
    const users = [...new Set(errors.map(({ path }) => path))];
    const named = users.slice(0, mostNamed).join(", ") + (users.length > mostNamed ? ` and ${users.length - mostNamed} more` : "");
    const asked = users.length > 1 ? "need it; change those first" : "needs it; change that first";
    throw new DroverError("wrong-state", "FLEET_OBJECT_USED", `${operationOf(edit)}: ${named} ${asked}`, {
      details: { ...details, users: users.slice(0, mostListed) },
    });
  }
  throw new DroverError("invalid", "FLEET_EDIT_INVALID", `${operationOf(edit)}: ${first.path}:${first.line}: ${first.message}${more}`, {
    details,
  });
}

const mostNamed = 3;
const mostListed = 20;

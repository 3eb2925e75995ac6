import { canonicalJson } from "@drover/kit";
import {
  checkFleet,
  duplicateNames,
  type FleetEntry,
  type FleetForms,
  type FleetKind,
  type FleetObject,
  type FleetProblem,
  parseFleetFile,
  parseFleetPath,
} from "@drover/proto/fleet";
import type { Problem } from "../release/release.ts";

/** A file of the fleet as the projection holds it: its last valid form, and what is wrong with it as it is now. */
export interface ProjectedFile {
  readonly kind: FleetKind;
  readonly name: string;
  readonly path: string;
  readonly blob: string;
  readonly form: FleetForms[FleetKind] | undefined;
  readonly problem: Problem | undefined;
}

/** Every file of a commit, by path. */
export type FleetListing = ReadonlyMap<string, { readonly blob: string; readonly kind: "file" | "symlink" }>;

/** Texts of the files that must be read, by path; a problem where one cannot be. */
export type FleetTexts = ReadonlyMap<string, string | Problem>;

/** How one object's valid form changed. */
export interface FleetChange {
  readonly kind: FleetKind;
  readonly name: string;
  readonly before: FleetForms[FleetKind] | undefined;
  readonly after: FleetForms[FleetKind] | undefined;
}

export interface ProjectedCommit {
  /** The whole projection after the commit. */
  readonly files: readonly ProjectedFile[];
  readonly upserted: readonly ProjectedFile[];
  readonly removed: readonly ProjectedFile[];
  /** What the objects in force became: nothing for a file that only went bad. */
  readonly changes: readonly FleetChange[];
}

/** The files whose text decides: new or changed ones, and those that had a problem, since its cause may lie in another file. */
export function filesToRead(before: readonly ProjectedFile[], listing: FleetListing): readonly string[] {
  const known = new Map(before.map((file) => [file.path, file]));
  return [...listing]
    .filter(([path, { kind, blob }]) => {
      const file = known.get(path);
      return kind === "file" && isFleetFile(path) && (file?.blob !== blob || file.problem !== undefined);
    })
    .map(([path]) => path);
}

/** Applies one commit. A file that is bad, by itself or beside the others, leaves its object's last valid form in force. */
export function projectCommit(before: readonly ProjectedFile[], listing: FleetListing, texts: FleetTexts): ProjectedCommit {
  const known = new Map(before.map((file) => [keyOf(file), file]));
  const seen = [...listing].filter(([path]) => isFleetFile(path)).map(([path, { blob, kind }]) => readOne(path, blob, kind, known, texts));
  const faults = faultsByPath(seen);

  const files = new Map<string, ProjectedFile>();
  for (const one of seen) {
    const key = keyOf(one);
    const [last, fault] = [known.get(key), faults.get(one.path)];
    // Of two files for one object, the one that was there first stays the one that is shown.
    if (files.has(key) && last?.path !== one.path) continue;
    const form = fault === undefined && one.read === "object" ? one.form : last?.form;
    files.set(key, { kind: one.kind, name: one.name, path: one.path, blob: one.blob, form, problem: fault });
  }
  for (const file of strategiesStillUsed(before, files)) files.set(keyOf(file), file);
  const after = [...files.values()];
  const removed = before.filter((file) => !files.has(keyOf(file)));
  const upserted = after.filter((file) => !isSame(file, known.get(keyOf(file))));
  return { files: after, removed, upserted, changes: changesOf(upserted, removed, known) };
}

/** A strategy that is removed while an environment names it stays in force: without it the next change would be refused, or go unbounded. */
function strategiesStillUsed(before: readonly ProjectedFile[], files: ReadonlyMap<string, ProjectedFile>): readonly ProjectedFile[] {
  const named = new Map<string, string>();
  for (const { kind, path, form } of files.values()) {
    const strategy = kind === "Environment" ? (form as FleetForms["Environment"] | undefined)?.strategy : undefined;
    if (strategy !== undefined && !named.has(strategy)) named.set(strategy, path);
  }
  return before.flatMap((file) => {
    const user = named.get(file.name);
    if (file.kind !== "Strategy" || user === undefined || file.form === undefined || files.has(keyOf(file))) return [];
    const message = `${file.path} was removed while ${user} names it, so its last form stays in force: add it again, or name another strategy`;
    return [{ ...file, problem: { code: "FLEET_STRATEGY_REMOVED", message } }];
  });
}

/** A file of the commit that belongs to an object. `form` is what its own text says, if that can be read. */
type Seen = { readonly path: string; readonly blob: string; readonly kind: FleetKind; readonly name: string } & (
  | { readonly read: "object"; readonly form: FleetForms[FleetKind]; readonly entry: FleetEntry }
  | { readonly read: "invalid"; readonly problem: Problem }
);

function readOne(
  path: string,
  blob: string,
  fileKind: "file" | "symlink",
  known: ReadonlyMap<string, ProjectedFile>,
  texts: FleetTexts,
): Seen {
  const subject = subjectOf(path);
  const invalid = (problem: Problem): Seen => ({ read: "invalid", path, blob, ...subject, problem });
  if (fileKind === "symlink")
    return invalid({ code: "FLEET_FILE_SYMLINK", message: `${path} is a symbolic link, which is never followed: commit the file itself` });
  const text = texts.get(path);
  if (text === undefined) {
    const form = known.get(keyOf(subject))?.form;
    // Unchanged and without a problem, so its form is the one that is stored.
    const object = { ...subject, form } as FleetObject;
    return { read: "object", path, blob, ...subject, form: object.form, entry: { path, object } };
  }
  if (typeof text !== "string") return invalid(text);
  const parsed = parseFleetFile(path, text);
  if (parsed.kind === "object") return { read: "object", path, blob, ...subject, form: parsed.object.form, entry: parsed };
  return invalid(problemOf(parsed.kind === "invalid" ? parsed.problems : []));
}

function faultsByPath(seen: readonly Seen[]): ReadonlyMap<string, Problem> {
  const faults = new Map<string, Problem>();
  for (const one of seen) if (one.read === "invalid") faults.set(one.path, one.problem);
  for (const { path, ...problem } of duplicateNames(seen)) if (!faults.has(path)) faults.set(path, problemOf([{ path, ...problem }]));
  const entries = seen.flatMap((one) => (one.read === "object" && !faults.has(one.path) ? [one.entry] : []));
  const errors = checkFleet(entries, seen).filter(({ severity }) => severity === "error");
  for (const [path, problems] of Map.groupBy(errors, (problem) => problem.path)) faults.set(path, problemOf(problems));
  return faults;
}

function changesOf(
  upserted: readonly ProjectedFile[],
  removed: readonly ProjectedFile[],
  known: ReadonlyMap<string, ProjectedFile>,
): readonly FleetChange[] {
  const changed = upserted.map((file) => ({ kind: file.kind, name: file.name, before: known.get(keyOf(file))?.form, after: file.form }));
  const gone = removed.map(({ kind, name, form }) => ({ kind, name, before: form, after: undefined }));
  return [...changed, ...gone].filter(({ before, after }) => canonicalJson(before) !== canonicalJson(after));
}

/** Most files of a commit are untouched and carry the very form they had. */
function isSame(a: ProjectedFile, b: ProjectedFile | undefined): boolean {
  if (b === undefined || a.path !== b.path || a.blob !== b.blob) return false;
  return (a.form === b.form || canonicalJson(a.form) === canonicalJson(b.form)) && canonicalJson(a.problem) === canonicalJson(b.problem);
}

const isFleetFile = (path: string): boolean => parseFleetPath(path).kind !== "ignored";

/** Whose file it is. One with a name that cannot be is known by its path, so that its problem can be shown. */
function subjectOf(path: string): { readonly kind: FleetKind; readonly name: string } {
  const place = parseFleetPath(path);
  if (place.kind === "object") return { kind: place.of, name: place.name };
  const folder = path.split("/")[0] as string;
  const sibling = parseFleetPath(folder === "pins" ? "pins/x/x.yaml" : `${folder}/x.yaml`);
  return { kind: sibling.kind === "object" ? sibling.of : "Fleet", name: path };
}

/** The first problem speaks for the file; the others are counted. */
function problemOf(problems: readonly FleetProblem[]): Problem {
  const [first] = problems;
  if (first === undefined) return { code: "FLEET_FILE_YAML", message: "the file cannot be read" };
  const { path, line, column, code, message } = first;
  return { code, message: `${path}:${line}: ${message}`, details: { path, line, column, problems: problems.length } };
}

const keyOf = ({ kind, name }: { readonly kind: FleetKind; readonly name: string }): string => `${kind} ${name}`;

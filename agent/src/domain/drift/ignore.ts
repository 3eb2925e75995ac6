import { canonicalJson, DroverError, isJsonObject, type Json, memberAt } from "@drover/kit";
import { type Compiled, compileJsonPath, compileJsonPointer, type IgnoreDifference, type Locate, type Location } from "@drover/proto/wire";
import { managedFieldsOf } from "../manifest-fields.ts";
import type { Manifest, ObjectId } from "../manifest.ts";
import { applicationAnnotation, ownerLabel } from "../owner.ts";
import { type FieldsV1, fieldsFrom, mergeFields, minusFields, noFields, parseFields, placesOfFields } from "./field-set.ts";
import { bothPlaces, nowhere, type Places, placesOf, without } from "./places.ts";

/** What of one object is left to others: neither sent nor compared. */
export interface Ignore {
  /** The rules themselves: an object is applied again when they change. */
  readonly text: string;
  readonly locate: readonly Locate[];
  /** Field managers whose fields are left to them. */
  readonly managers: ReadonlySet<string>;
}

interface Rule extends Ignore {
  readonly matches: (id: ObjectId) => boolean;
}

/** Compiles an application's `ignoreDifferences`. Throws IGNORE_INVALID for an expression that is none. */
export function compileIgnores(differences: readonly IgnoreDifference[]): (id: ObjectId) => Ignore | undefined {
  const rules = differences.map(compileRule);
  return (id) => {
    const matching = rules.filter(({ matches }) => matches(id));
    if (matching.length === 0) return undefined;
    return {
      text: matching.map(({ text }) => text).join(),
      locate: matching.flatMap(({ locate }) => locate),
      managers: new Set(matching.flatMap(({ managers }) => [...managers])),
    };
  };
}

function compileRule(difference: IgnoreDifference): Rule {
  const { jsonPointers = [], jsonPaths = [], managers = [], ...selection } = difference;
  return {
    text: canonicalJson(difference),
    locate: [...jsonPointers.map((text) => locator(text, compileJsonPointer)), ...jsonPaths.map((text) => locator(text, compileJsonPath))],
    managers: new Set(managers),
    matches: (id) => Object.entries(selection).every(([part, wanted]) => wanted === undefined || id[part as keyof ObjectId] === wanted),
  };
}

function locator(text: string, compile: (text: string) => Compiled): Locate {
  const compiled = compile(text);
  if ("locate" in compiled) return compiled.locate;
  throw new DroverError("invalid", "IGNORE_INVALID", `read ignoreDifferences: ${JSON.stringify(text)}: ${compiled.problem}`);
}

/** What is left to others in a manifest or a live object. `left` are the fields that the rule's managers own in the live one. */
export function ignoredPlaces(ignore: Ignore | undefined, object: Json, left: string): Places {
  if (!ignore) return nowhere;
  const located = placesOf(ignore.locate.flatMap((locate) => locate(object).flatMap((location) => sparingOurMarks(location, object))));
  return left === "{}" ? located : bothPlaces(located, placesOfFields(parseFields(left), object));
}

/** The manifest without what the rules name; what managers hold is not known before there is a live object. */
export const withoutIgnored = (manifest: Manifest, ignore: Ignore | undefined): Manifest =>
  without(manifest, ignoredPlaces(ignore, manifest, "{}")) as Manifest;

export const withoutFieldsLeft = <M extends Manifest>(manifest: M, left: string): M =>
  left === "{}" ? manifest : (without(manifest, placesOfFields(parseFields(left), manifest)) as M);

/** The fields of the live object that belong to managers to whom the rule leaves them, as canonical JSON. A status belongs to nobody. */
export function fieldsLeft(ignore: Ignore | undefined, live: Manifest | undefined): string {
  if (!ignore || !live || ignore.managers.size === 0) return "{}";
  const theirs = managedFieldsOf(live).filter(({ manager, ...entry }) => ignore.managers.has(manager) && entry["subresource"] !== "status");
  const fields = theirs.reduce<FieldsV1>((merged, entry) => mergeFields(merged, fieldsFrom(entry["fieldsV1"])), noFields);
  return canonicalJson(minusFields(fields, markFields));
}

/** Without our marks an object would be nobody's, and our watches would not see it. */
const marks = [
  ["metadata", "labels", ownerLabel],
  ["metadata", "annotations", applicationAnnotation],
] as const;

const markFields: FieldsV1 = {
  "f:metadata": { "f:labels": { [`f:${ownerLabel}`]: {} }, "f:annotations": { [`f:${applicationAnnotation}`]: {} } },
};

function sparingOurMarks(location: Location, object: Json): readonly Location[] {
  const mark = marks.find((path) => location.length <= path.length && location.every((key, index) => key === path[index]));
  if (!mark) return [location];
  const value = memberAt(object, ...location.map(String));
  return location.length === mark.length || !isJsonObject(value)
    ? []
    : Object.keys(value).flatMap((key) => sparingOurMarks([...location, key], object));
}

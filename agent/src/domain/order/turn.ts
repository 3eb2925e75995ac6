import { annotationOf } from "../manifest-fields.ts";
import type { Manifest } from "../manifest.ts";
import type { Failure } from "../status/application-status.ts";
import { type ObjectReference, parseReference } from "./reference.ts";

/** What an object's own annotations say of its turn in a sync. */
export interface Turn {
  readonly wave: number;
  readonly dependsOn: readonly ObjectReference[];
  /** An annotation that cannot be read: the object is not applied, for nobody knows when. */
  readonly problem?: Failure;
}

/** One for all objects that say nothing: an agent keeps ten thousand of them. */
const anyTurn: Turn = { wave: 0, dependsOn: [] };

const waveAnnotations = ["drover.dev/sync-wave", "argocd.argoproj.io/sync-wave"];
const weightAnnotations = [...waveAnnotations, "helm.sh/hook-weight"];
const dependsOnAnnotation = "drover.dev/depends-on";

export const turnOf = (object: Manifest): Turn => readTurn(object, waveAnnotations);
/** A hook's weight is its wave. */
export const turnOfHook = (object: Manifest): Turn => readTurn(object, weightAnnotations);

function readTurn(object: Manifest, annotations: readonly string[]): Turn {
  const annotation = annotations.find((name) => annotationOf(object, name) !== undefined);
  const waveText = annotation === undefined ? "0" : annotationOf(object, annotation)!.trim();
  if (!/^[+-]?\d{1,9}$/.test(waveText))
    return { ...anyTurn, problem: unreadable(annotation ?? "", waveText, "it has to be a whole number") };
  const wave = Number(waveText);
  const texts = (annotationOf(object, dependsOnAnnotation) ?? "").split(",").map((text) => text.trim());
  const dependsOn: ObjectReference[] = [];
  for (const text of texts) {
    if (text === "") continue;
    const reference = parseReference(text);
    if (!reference) return { wave, dependsOn: [], problem: unreadable(dependsOnAnnotation, text, "write Kind.group namespace/name") };
    dependsOn.push(reference);
  }
  return wave === 0 && dependsOn.length === 0 ? anyTurn : { wave, dependsOn };
}

export const unreadable = (annotation: string, text: string, advice: string): Failure => ({
  reason: "InvalidAnnotation",
  message: `${annotation}: "${text}" cannot be read; ${advice}`,
});

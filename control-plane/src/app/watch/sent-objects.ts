import { createHash } from "node:crypto";
import { canonicalJson } from "@drover/kit";
import { coveredKeys } from "./covered-keys.ts";

/** An object of a list, as a watch tells of it. */
export interface SentObject {
  readonly key: string;
  readonly name: string;
}

/**
 * What one stream has told its reader, so that it can say Added, Modified and Deleted rightly and stays silent where nothing changed. It
 * forgets nothing, but stops learning when full; a stream that was resumed begins without knowing what its reader has. Only what began
 * behind the reader's place is known to be new to it: the rest of what it was not told is Modified, whether the reader has it or not.
 */
export interface SentObjects {
  /** How the object has to be sent; undefined when the reader has it just so. */
  remember(object: SentObject, shape: unknown): "Added" | "Modified" | undefined;
  /** It began behind the reader's place: the reader can have it from this stream alone. */
  began(key: string): void;
  /** The reader has it no longer. */
  forget(key: string): void;
  /** Whether the reader surely has not got it. */
  isAbsent(key: string): boolean;
  nameOf(key: string): string | undefined;
  /** Keys that such a subject covers. */
  below(subject: string): readonly string[];
  /** Whether the reader surely has nothing else. */
  isComplete(): boolean;
}

/** About 200 bytes each. */
const maxRemembered = 100_000;

export function createSentObjects(isResumed: boolean): SentObjects {
  const sent = new Map<string, { readonly name: string; readonly print: string }>();
  const absent = new Set<string>();
  let complete = !isResumed;
  const miss = (key: string): void => {
    if (!complete && absent.size < maxRemembered) absent.add(key);
  };

  return {
    remember({ key, name }, shape) {
      const print = createHash("sha1").update(canonicalJson(shape)).digest("base64");
      const before = sent.get(key);
      if (before?.print === print) return undefined;
      if (before !== undefined || sent.size < maxRemembered) sent.set(key, { name, print });
      else complete = false;
      return before === undefined && (absent.delete(key) || complete) ? "Added" : "Modified";
    },
    began(key) {
      if (!sent.has(key)) miss(key);
    },
    forget(key) {
      sent.delete(key);
      miss(key);
    },
    isAbsent: (key) => !sent.has(key) && (complete || absent.has(key)),
    nameOf: (key) => sent.get(key)?.name,
    below: (subject) => coveredKeys(sent.keys(), subject),
    isComplete: () => complete,
  };
}

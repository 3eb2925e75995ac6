import { DroverError, type Json } from "@drover/kit";
import {
  boolYaml11Tag,
  defineScalarTag,
  loadAll,
  mapTag,
  mergeTag,
  NOT_RESOLVED,
  nullYaml11Tag,
  Schema,
  seqTag,
  strTag,
  YAMLException,
} from "js-yaml";
import { measure } from "./expanded-size.ts";

/**
 * YAML as Kubernetes reads it: the words and octal numbers of YAML 1.1, but neither its dates nor its sexagesimal numbers. JSON is the
 * YAML that it is. The golden corpus beside this file holds it to kubectl's own reading; keys that are there twice are refused where
 * kubectl lets the last one win.
 */

/** Nesting that is read. What Kubernetes itself takes is less. */
export const maxDepth = 100;

/** Go reads integers after taking out every underscore; a leading 0 is octal. */
const integer = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;
const decimal = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

const intTag = defineScalarTag<number | bigint>("tag:yaml.org,2002:int", {
  implicit: true,
  implicitFirstChars: "-+0123456789".split(""),
  resolve(source) {
    const digits = source.replaceAll("_", "");
    return integer.test(digits) ? toInteger(digits) : NOT_RESOLVED;
  },
  identify: () => false,
});

/** Beyond 2^53 a bigint, so that an int64 keeps its last digits. */
function toInteger(digits: string): number | bigint {
  const isNegative = digits.startsWith("-");
  const magnitude = BigInt(digits.replace(/^[-+]/, "").replace(/^0[oO]?(?=[0-7])/, "0o"));
  const value = isNegative ? -magnitude : magnitude;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

const floatTag = defineScalarTag<number>("tag:yaml.org,2002:float", {
  implicit: true,
  implicitFirstChars: "-+.0123456789".split(""),
  resolve(source) {
    if (/^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/.test(source)) return Number.NaN; // refused when it is measured
    const digits = source.startsWith(".") ? source : source.replaceAll("_", "");
    const value = decimal.test(digits) ? Number(digits) : Number.NaN;
    return Number.isFinite(value) ? value : NOT_RESOLVED; // a number too large for Go to read is text for it
  },
  identify: () => false,
});

const binaryTag = defineScalarTag<string>("tag:yaml.org,2002:binary", {
  resolve: (source) => Buffer.from(source, "base64").toString("utf8"),
  identify: () => false,
});

/** Objects with the keys that Go makes of keys that are no text; a key without a value is an error for it. */
const objectTag: typeof mapTag = {
  ...mapTag,
  addPair: (object, key, value) => (key === null ? "a key is empty" : mapTag.addPair(object, key, value)),
};

const schema = new Schema([strTag, seqTag, objectTag, nullYaml11Tag, boolYaml11Tag, intTag, floatTag, mergeTag, binaryTag]);

/** The documents of one file; empty ones are null. Throws `invalid` MANIFEST_* with the file's name and the line. */
export function readKubernetesYaml(file: string, bytes: Uint8Array): readonly Json[] {
  const documents = load(file, decode(file, bytes));
  documents.forEach((document, index) => measure(document, { file, document: index + 1 }));
  return documents as Json[];
}

function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DroverError("invalid", "MANIFEST_NOT_TEXT", `read ${file}: it is no UTF-8 text`, { cause, details: { file } });
  }
}

function load(file: string, text: string): readonly unknown[] {
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof YAMLException)) throw cause;
    const line = (cause.mark?.line ?? 0) + 1;
    const tooDeep = cause.reason.includes("maxDepth");
    const code = tooDeep ? "MANIFEST_TOO_DEEP" : "MANIFEST_YAML";
    const reason = tooDeep ? `nesting is deeper than ${maxDepth} levels: flatten it` : withRemedy(cause.reason);
    throw new DroverError("invalid", code, `read ${file}: ${reason} (line ${line})`, { details: { file, line } });
  }
}

/** The parser says what is wrong; where its words do not show what to do, we add it. */
const withRemedy = (reason: string): string => (reason === "duplicated mapping key" ? `${reason}: keep one of them` : reason);

/**
 * People close a list in brackets under its key, and Kubernetes reads that, while YAML and our parser want every line of it further in.
 * White space at the beginning of such a line has no meaning, so the parser's objection is met by indenting the line it names.
 */
function parse(text: string): readonly unknown[] {
  let indented = text;
  let lastLine = -1;
  for (let work = text.length; ; work += indented.length) {
    try {
      return loadAll(indented, { schema, maxDepth });
    } catch (error) {
      const mark = error instanceof YAMLException && error.reason === "deficient indentation" ? error.mark : undefined;
      if (mark === undefined || mark.line <= lastLine || work > mostWork) throw error;
      lastLine = mark.line;
      const start = mark.position - mark.column;
      indented = indented.slice(0, start) + furtherIn + indented.slice(start);
    }
  }
}

/** Characters that may be parsed in all, the text once for every such line: a few in a large file, hundreds in a small one. */
const mostWork = 16 * 1024 * 1024;
/** Further in than keys stand in practice; where they do not, the objection stays. */
const furtherIn = " ".repeat(80);

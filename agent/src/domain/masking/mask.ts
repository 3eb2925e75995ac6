import { isJsonObject, type Json, type JsonObject } from "@drover/kit";
import { Needles } from "./needles.ts";
import { base64Of, isSecret, valuesOf } from "./secret-values.ts";

/** Takes Secrets' values out of what leaves the cluster. Everything does through one of these, logs excepted: those are the program's own words. */
export interface Mask {
  /** An answer as it may leave: Secrets in it keep their keys, and their values wherever else they are repeated are masked too. */
  answer(answer: Json): Json;
  text(text: string): string;
}

/**
 * A mask that knows the values of `secrets`. `mark` is a keyed digest: the same value has the same mark within one answer, so that
 * people see which keys differ, and nobody can try values against it.
 */
export function createMask(secrets: Iterable<JsonObject>, mark: (value: string) => string): Mask {
  const needles = new Needles();
  const markOf = (base64: string): string => `••••${mark(base64)}`;
  const learn = (secret: JsonObject): void => {
    for (const { base64, forms } of valuesOf(secret)) for (const form of forms) needles.add(form, markOf(base64));
  };
  for (const secret of secrets) learn(secret);

  // Keys and short values are the same in most objects of a kind.
  const known = new Map<string, string>();
  const replaced = (text: string): string => {
    if (text.length > longestRemembered) return needles.replaced(text);
    const before = known.get(text);
    if (before !== undefined) return before;
    const after = needles.replaced(text);
    if (known.size < maxRemembered) known.set(text, after);
    return after;
  };

  const masked = (value: Json, path: string, depth: number): Json => {
    if (typeof value === "string") return depth <= deepestOpen && isOpen(path) ? value : replaced(value);
    if (typeof value === "number" || typeof value === "bigint") return maskedNumber(value);
    const within = (key: string): string => (depth < deepestOpen ? `${path}.${key}` : "");
    if (Array.isArray(value)) return value.map((item: Json) => masked(item, within("*"), depth + 1));
    if (!isJsonObject(value)) return value;
    const members = Object.entries(isSecret(value) ? withoutValues(value, markOf) : value);
    return Object.fromEntries(members.map(([key, inner]) => [replaced(key), masked(inner, within(key), depth + 1)]));
  };
  const maskedNumber = (value: number | bigint): Json => {
    const text = String(value);
    const replaced = needles.replaced(text);
    return replaced === text ? value : replaced;
  };

  return {
    answer: (answer) => {
      for (const secret of secretsIn(answer)) learn(secret);
      known.clear();
      return masked(answer, "", 0);
    },
    text: (text) => needles.replaced(text),
  };
}

const longestRemembered = 100;
const maxRemembered = 10_000;

/** What an object is called is no secret, even where a Secret has the same word in it: a user name, say. Neither are our own words. */
const open = [
  /^\.(application|sync|health)$/,
  /^\.(nodes|objects|items)\.\*(\.object)?\.(group|version|kind|namespace|name)$/,
  /^\.(nodes|objects|items)\.\*\.(sync|health|change|type|createdAt|firstAt|lastAt)$/,
  /^(\.object|\.objects\.\*\.(live|desired))\.(apiVersion|kind|metadata\.(name|namespace|uid))$/,
] as const;
/** `.objects.*.live.metadata.name` */
const deepestOpen = 5;
const isOpen = (path: string): boolean => open.some((pattern) => pattern.test(path));

function* secretsIn(value: Json): Generator<JsonObject> {
  if (Array.isArray(value)) for (const item of value as readonly Json[]) yield* secretsIn(item);
  else if (isJsonObject(value)) {
    if (isSecret(value)) yield value;
    for (const inner of Object.values(value)) yield* secretsIn(inner);
  }
}

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** A Secret's keys without their values, and without the copy of them that client-side apply keeps. */
function withoutValues(secret: JsonObject, markOf: (base64: string) => string): JsonObject {
  const marked = (inner: Json, isPlain: boolean): Json => {
    if (!isJsonObject(inner)) return markOf(base64Of(JSON.stringify(String(inner))));
    const members = Object.entries(inner).map(([key, value]) => {
      const text = typeof value === "string" ? value : String(value);
      return [key, markOf(isPlain ? base64Of(text) : text)] as const;
    });
    return Object.fromEntries(members);
  };
  const { data, stringData, metadata, ...rest } = secret;
  return {
    ...rest,
    ...(metadata === undefined ? {} : { metadata: withoutCopy(metadata, markOf) }),
    ...(data === undefined ? {} : { data: marked(data, false) }),
    ...(stringData === undefined ? {} : { stringData: marked(stringData, true) }),
  };
}

function withoutCopy(metadata: Json, markOf: (base64: string) => string): Json {
  if (!isJsonObject(metadata) || !isJsonObject(metadata["annotations"])) return metadata;
  const copy = metadata["annotations"][lastApplied];
  if (copy === undefined) return metadata;
  return { ...metadata, annotations: { ...metadata["annotations"], [lastApplied]: markOf(base64Of(String(copy))) } };
}

import { DroverError } from "@drover/kit";
import type { TObject, TSchema } from "typebox";
import { Compile } from "typebox/compile";

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

const maxErrorsShown = 10;
/** Rules whose errors name members. */
type Rule = "additionalProperties" | "requiredProperties";

/**
 * Fastify's compiler of validators, on TypeBox. Path and query arrive as text and are converted; a body means what it says, and is not.
 * The error names members, never their values: they may be secrets.
 */
export const compileValidator = ({ schema, httpPart = "body" }: { readonly schema: TSchema; readonly httpPart?: string }) => {
  const validator = Compile(schema);
  const read = httpPart === "body" ? (given: unknown) => given : textReader(schema);
  return (given: unknown): { readonly value: unknown } => {
    const value = read(given);
    if (hasNul(value)) throw invalid(httpPart, [{ pointer: "", message: "a NUL character is nowhere allowed" }]);
    if (validator.Check(value)) return { value };
    const repeated = httpPart === "querystring" ? givenTwice(value) : [];
    throw invalid(httpPart, repeated.length > 0 ? repeated : explain(validator.Errors(value)));
  };
};

/** Reads the members that are numbers or booleans. What is none stays the text that it is, and is refused. */
function textReader({ properties = {} }: Partial<TObject>): (given: unknown) => unknown {
  const typed = Object.entries(properties).flatMap(([name, { type }]: [string, { readonly type?: string }]) =>
    type === "integer" || type === "boolean" ? [[name, type] as const] : [],
  );
  return (given) => {
    const texts = given as Readonly<Record<string, unknown>>;
    const values = typed.flatMap(([name, type]) => (Object.hasOwn(texts, name) ? [[name, valueOf(type, texts[name])] as const] : []));
    return values.length === 0 ? given : { ...texts, ...Object.fromEntries(values) };
  };
}

function valueOf(type: "integer" | "boolean", text: unknown): unknown {
  if (typeof text !== "string") return text;
  if (type === "integer") return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  return text === "true" || text === "false" ? text === "true" : text;
}

/** No parameter takes several values. That two of them are no text, or no number, would be said without this. */
const givenTwice = (query: unknown): readonly { pointer: string; message: string }[] =>
  Object.entries(query as Readonly<Record<string, unknown>>)
    .filter(([, value]) => Array.isArray(value))
    .map(([name]) => ({ pointer: `/${name}`, message: "is given more than once" }))
    .slice(0, maxErrorsShown);

function explain(errors: readonly SchemaError[]): readonly { pointer: string; message: string }[] {
  const shown = errors.flatMap(({ keyword, instancePath, message, params }) => {
    if (keyword === "boolean") return []; // the parent says it better
    const { additionalProperties, requiredProperties } = params as { [rule in Rule]?: readonly string[] };
    if (keyword === "required" && requiredProperties !== undefined)
      return requiredProperties.map((name) => ({ pointer: `${instancePath}/${name}`, message: "is missing" }));
    if (keyword !== "additionalProperties" || additionalProperties === undefined) return [{ pointer: instancePath, message }];
    return additionalProperties.map((name) => ({ pointer: `${instancePath}/${name}`, message: "is not known here" }));
  });
  return shown.slice(0, maxErrorsShown);
}

const parts: Readonly<Record<string, string>> = { querystring: "query", params: "path", body: "body" };

function invalid(httpPart: string, errors: readonly { pointer: string; message: string }[]): DroverError {
  const [first] = errors;
  const place = `${parts[httpPart] ?? httpPart}${first?.pointer ?? ""}`;
  return new DroverError("invalid", "REQUEST_INVALID", `${place} ${first?.message ?? "has another shape"}`, { details: { errors } });
}

/** PostgreSQL's text cannot hold one. Bodies are looked through without recursion: they may be nested a hundred thousand deep. */
function hasNul(value: unknown): boolean {
  const open: unknown[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === "string" && next.includes("\0")) return true;
    if (typeof next === "object" && next !== null) for (const inner of Object.entries(next)) open.push(inner[0], inner[1] ?? false);
  }
  return false;
}

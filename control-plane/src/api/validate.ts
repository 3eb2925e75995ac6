import { DroverError } from "@drover/kit";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { Value } from "typebox/value";

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
  return (given: unknown): { readonly value: unknown } => {
    const value = httpPart === "body" ? given : Value.Convert(schema, given);
    if (hasNul(value)) throw invalid(httpPart, [{ pointer: "", message: "a NUL character is nowhere allowed" }]);
    if (validator.Check(value)) return { value };
    throw invalid(httpPart, explain(validator.Errors(value)));
  };
};

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

import type { TSchema } from "typebox";
import { Compile, type Validator } from "typebox/compile";
import type { KeyPath } from "./fleet-yaml.ts";
import { nearest } from "./nearest.ts";

export interface SchemaProblem {
  readonly path: KeyPath;
  /** Whether the key itself is wrong, or its value. */
  readonly at: "key" | "value";
  readonly message: string;
}

/** The part of a JSON Schema that fleet files use. */
interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
}

const validators = new Map<TSchema, Validator>();

function validatorOf(schema: TSchema): Validator {
  const known = validators.get(schema) ?? Compile(schema);
  validators.set(schema, known);
  return known;
}

/** What is wrong with a value, in words for the person who wrote it: which key, and what is allowed there. Empty when it fits. */
export function schemaProblems(schema: TSchema, value: unknown): readonly SchemaProblem[] {
  const validator = validatorOf(schema);
  if (validator.Check(value)) return [];
  const problems = new Map<string, SchemaProblem>();
  for (const error of validator.Errors(value)) {
    const path = keysOf(error.instancePath);
    if (error.keyword === "required") {
      const { requiredProperties } = error.params as { requiredProperties: readonly string[] };
      for (const key of requiredProperties)
        problems.set(`${error.instancePath} ${key}`, { path, at: "key", message: `key "${key}" is missing${inside(path)}` });
    } else if (error.keyword === "boolean") {
      problems.set(error.instancePath, { path, at: "key", message: unknownKey(schema as SchemaNode, path) });
    } else if (error.keyword !== "additionalProperties" && !problems.has(error.instancePath)) {
      problems.set(error.instancePath, { path, at: "value", message: wrongValue(schema as SchemaNode, path, valueAt(value, path)) });
    }
  }
  return [...problems.values()];
}

const keysOf = (pointer: string): readonly string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));

function unknownKey(schema: SchemaNode, path: readonly string[]): string {
  const key = path.at(-1) ?? "";
  const around = schemaAt(schema, path.slice(0, -1));
  const allowed = Object.keys(around?.properties ?? {});
  if (allowed.length === 0)
    return `key "${short(key)}" is not allowed${inside(path.slice(0, -1))}: ${around?.description ?? "leave it out"}`;
  const near = nearest(key, allowed);
  const hint = near === undefined ? `; allowed are ${allowed.join(", ")}` : `; did you mean "${near}"?`;
  return `unknown key "${short(key)}"${inside(path.slice(0, -1))}${hint}`;
}

function wrongValue(schema: SchemaNode, path: readonly string[], value: unknown): string {
  const node = schemaAt(schema, path);
  const where = path.length === 0 ? "the file" : `"${path.join(".")}"`;
  const hint = node && quotesWouldHelp(node, value) ? ": write it in quotes" : "";
  return `${where} must be ${node ? expectation(node) : "something else"}, not ${shown(value)}${hint}`;
}

const quotesWouldHelp = (node: SchemaNode, value: unknown): boolean =>
  (typeof value === "number" || typeof value === "boolean") &&
  node.type === "string" &&
  (node.pattern === undefined || new RegExp(node.pattern).test(String(value)));

const inside = (path: readonly string[]): string => (path.length === 0 ? "" : ` in "${path.join(".")}"`);

function expectation(node: SchemaNode): string {
  if (node.anyOf?.every((one) => one.const !== undefined)) return `one of ${node.anyOf.map((one) => String(one.const)).join(", ")}`;
  if (node.anyOf) return node.anyOf.map(expectation).join(" or ");
  if (node.const !== undefined) return JSON.stringify(node.const);
  switch (node.type) {
    case "string":
      return node.pattern !== undefined && node.description
        ? node.description
        : `text${bounds(node.minLength, node.maxLength, " characters")}`;
    case "integer":
      return `a whole number${bounds(node.minimum, node.maximum, "")}`;
    case "array":
      return `a list${bounds(undefined, node.maxItems, " items")}`;
    case "object":
      return "a map of keys to values";
    case "boolean":
      return "true or false";
    case undefined:
    default:
      return `a ${node.type ?? "value"}`;
  }
}

function bounds(least: number | undefined, most: number | undefined, unit: string): string {
  if (least !== undefined && most !== undefined) return ` of ${least} to ${most}${unit}`;
  return most === undefined ? "" : ` of at most ${most}${unit}`;
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a map" : short(JSON.stringify(value));
}

const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

const schemaAt = (schema: SchemaNode, path: readonly string[]): SchemaNode | undefined =>
  path.reduce<SchemaNode | undefined>((node, key) => node && childOf(node, key), schema);

function childOf(node: SchemaNode, key: string): SchemaNode | undefined {
  if (node.items) return node.items;
  if (node.properties && Object.hasOwn(node.properties, key)) return node.properties[key];
  return Object.entries(node.patternProperties ?? {}).find(([pattern]) => new RegExp(pattern).test(key))?.[1];
}

const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, key) => (isRecord(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined), value);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

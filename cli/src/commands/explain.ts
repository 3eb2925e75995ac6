import { DroverError } from "@drover/kit";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { type ExplainedSchema, explainSchemas } from "../explain-schemas.ts";
import { namesOf } from "../resources/resource.ts";
import { resources } from "../resources/table.ts";

/** `drover explain application.spec.source`: what may stand where, from the schemas that the server itself goes by. */
export function explainCommand(program: Command, cli: Cli): void {
  program
    .command("explain")
    .description("what the fields of a resource, or of a fleet file, mean")
    .argument("<kind>", "like application, or a field of it like application.spec.source")
    .option("--recursive", "with the fields of the fields")
    .action((path: string, { recursive }: { readonly recursive?: boolean }) => {
      const [word = "", ...fields] = path.split(".");
      const kind = kindOf(word);
      const explained = explainSchemas[kind];
      if (explained === undefined)
        throw new DroverError(
          "invalid",
          "RESOURCE_UNKNOWN",
          `there is no kind "${word}": choose one of ${Object.keys(explainSchemas).join(", ")}`,
        );
      const schema = fields.reduce((outer, field) => fieldOf(outer, field, path), explained.schema);
      const title = `KIND:   ${kind} (${explained.place})\n${fields.length === 0 ? "" : `FIELD:  ${fields.join(".")} <${typeOf(schema)}>\n`}`;
      const about = schema.description === undefined ? "" : `\nDESCRIPTION:\n  ${schema.description}\n`;
      const choices = choicesOf(schema) === undefined ? "" : `\nONE OF:\n  ${choicesOf(schema) ?? ""}\n`;
      const list = fieldsText(schema, "  ", recursive === true);
      cli.out(`${title}${about}${choices}${list === "" ? "" : `\nFIELDS:\n${list}`}`);
    });
}

/** As `get` knows it, or a kind of fleet file. */
const kindOf = (word: string): string =>
  resources.find((one) => namesOf(one).includes(word.toLowerCase()))?.view.kind ?? word.toLowerCase();

function fieldOf(outer: ExplainedSchema, name: string, path: string): ExplainedSchema {
  const members = membersOf(outer);
  // Who writes a file of the fleet repository does not write `spec`.
  const found = members[name] ?? anyMemberOf(outer) ?? membersOf(members["spec"] ?? {})[name];
  if (found !== undefined) return found;
  const known = Object.keys(members);
  throw new DroverError(
    "not-found",
    "EXPLAIN_FIELD_UNKNOWN",
    `explain ${path}: there is no field ${name}${known.length === 0 ? "" : `; choose one of ${known.join(", ")}`}`,
  );
}

/** Fields of an object, of what a list holds, or of any of several forms. */
function membersOf(schema: ExplainedSchema): Readonly<Record<string, ExplainedSchema>> {
  if (schema.items !== undefined) return membersOf(schema.items);
  return Object.assign({}, ...(schema.anyOf ?? []).map(membersOf), schema.properties) as Readonly<Record<string, ExplainedSchema>>;
}

/** Where every name is a field. */
const anyMemberOf = ({ patternProperties, additionalProperties }: ExplainedSchema): ExplainedSchema | undefined =>
  Object.values(patternProperties ?? {})[0] ?? (typeof additionalProperties === "object" ? additionalProperties : undefined);

function fieldsText(schema: ExplainedSchema, lead: string, recursive: boolean, depth = 0): string {
  const required = new Set(schema.items?.required ?? schema.required);
  return Object.entries(membersOf(schema))
    .map(([name, field]) => {
      const head = `${lead}${name}  <${typeOf(field)}>${required.has(name) ? " -required-" : ""}\n`;
      const words = [field.description, choicesOf(field) && `one of ${choicesOf(field) ?? ""}`, defaultOf(field)].filter(
        (part) => part !== undefined,
      );
      const about = recursive || words.length === 0 ? "" : `${lead}  ${words.join("; ")}\n`;
      return `${head}${about}${recursive && depth < deepest ? fieldsText(field, `${lead}  `, true, depth + 1) : ""}`;
    })
    .join("");
}

/** Schemas of trees go round. */
const deepest = 8;

function typeOf({ type, items, anyOf, patternProperties, const: only }: ExplainedSchema): string {
  if (items !== undefined) return `[]${typeOf(items)}`;
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf))].join(" or ");
  if (only !== undefined) return typeof only;
  if (patternProperties !== undefined) return `map[string]${typeOf(Object.values(patternProperties)[0] ?? {})}`;
  return type ?? "any";
}

function choicesOf(schema: ExplainedSchema): string | undefined {
  const choices = schema.enum ?? schema.anyOf?.map((one) => one.const).filter((one) => one !== undefined);
  return choices === undefined || choices.length === 0 ? undefined : choices.map(String).join(", ");
}

const defaultOf = (schema: ExplainedSchema): string | undefined =>
  schema.default === undefined ? undefined : `${JSON.stringify(schema.default)} when absent`;

import { type DescEnum, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";

/** As much of JSON Schema as TypeBox writes for the REST API. */
export interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** Fleet files and what is made of them: their forms are JSON Schemas of their own, and gRPC carries them as they are. */
const fleetForms = ["spec", "values", "strategy", "syncPolicy"];
/** They hold REST's members under other names, which `words.ts` translates. */
const translated = ["drover.v1.Reason", "drover.v1.Trouble"];

/** Every way in which a message differs from a schema, however deep; each names the place. */
export function differences(message: DescMessage, properties: Readonly<Record<string, Schema>>, place: string): readonly string[] {
  const fields = new Map(message.fields.map((field) => [field.jsonName, field]));
  const missing = Object.keys(properties).filter((name) => !fields.has(name));
  const surplus = [...fields.keys()].filter((name) => !(name in properties));
  const inner = Object.entries(properties).flatMap(([name, schema]) => {
    const field = fields.get(name);
    return field === undefined ? [] : ofField(field, schema, `${place}.${name}`);
  });
  return [...missing.map((name) => `${place} lacks ${name}`), ...surplus.map((name) => `${place} has ${name} alone`), ...inner];
}

function ofField(field: DescField, schema: Schema, place: string): readonly string[] {
  if (fleetForms.includes(field.jsonName) && field.message?.typeName === "google.protobuf.Struct") return [];
  if (field.fieldKind === "list") return schema.type === "array" ? ofItem(field, schema.items ?? {}, place) : [`${place} is a list`];
  if (field.fieldKind === "map") {
    const [value] = Object.values(schema.patternProperties ?? {});
    return value === undefined ? [`${place} is a map`] : ofItem(field, value, place);
  }
  return schema.type === "array" ? [`${place} is no list`] : ofItem(field, schema, place);
}

function ofItem(field: DescField, schema: Schema, place: string): readonly string[] {
  if (field.enum !== undefined) return ofWords(field.enum, wordsOf(schema), place);
  if (field.message !== undefined) return ofMessage(field.message, schema, place);
  const want = typeOf(schema);
  return scalars[want]?.includes(field.scalar as ScalarType) === true
    ? []
    : [`${place} is ${ScalarType[field.scalar as ScalarType]}, not ${want}`];
}

const scalars: Readonly<Record<string, readonly ScalarType[]>> = {
  string: [ScalarType.STRING],
  boolean: [ScalarType.BOOL],
  integer: [ScalarType.INT32, ScalarType.INT64],
  number: [ScalarType.DOUBLE],
};

const typeOf = (schema: Schema): string =>
  isTime(schema)
    ? "a time"
    : schema.const !== undefined
      ? typeof schema.const
      : wordsOf(schema).length > 0
        ? "string"
        : (schema.type ?? "anything");

const isTime = ({ format, pattern }: Schema): boolean => format === "date-time" || pattern?.startsWith("^\\d{4}-") === true;

function ofMessage(message: DescMessage, schema: Schema, place: string): readonly string[] {
  switch (message.typeName) {
    case "google.protobuf.Timestamp":
      return isTime(schema) ? [] : [`${place} is a time`];
    case "google.protobuf.Struct":
      return schema.type === "object" && schema.properties === undefined ? [] : [`${place} has members that it does not name`];
    case "google.protobuf.Value":
      return typeOf(schema) === "anything" ? [] : [`${place} is anything, not ${typeOf(schema)}`];
  }
  if (translated.includes(message.typeName)) return [];
  if (schema.properties === undefined) return [`${place} is a message, not ${typeOf(schema)}`];
  return differences(message, schema.properties, place);
}

const wordsOf = ({ enum: list, anyOf }: Schema): readonly string[] =>
  (list ?? anyOf?.map((one) => one.const) ?? []).filter((word) => typeof word === "string");

/** Words may be in another order, and be fewer only on neither side. */
function ofWords(words: DescEnum, wanted: readonly string[], place: string): readonly string[] {
  const prefix = words.values[0]?.name.replace("UNSPECIFIED", "") ?? "";
  const [has, want] = [
    words.values.slice(1).map(({ name }) => name.slice(prefix.length)),
    wanted.map((word) => word.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase()),
  ];
  const [surplus, missing] = [has.filter((word) => !want.includes(word)), want.filter((word) => !has.includes(word))];
  return [...missing.map((word) => `${place} lacks the word ${word}`), ...surplus.map((word) => `${place} has the word ${word} alone`)];
}

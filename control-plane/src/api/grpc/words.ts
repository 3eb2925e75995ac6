import {
  type DescEnum,
  type DescField,
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
  type Message,
  toJson,
} from "@bufbuild/protobuf";

/**
 * REST's shapes and gRPC's messages are the same things in two spellings: protobuf's JSON mapping does all but the words of closed sets,
 * which are `RollingBack` here and `ROLLOUT_PHASE_ROLLING_BACK` there.
 */
export const toMessage = (message: DescMessage, value: object): Message =>
  fromJson(message, respell(message, value as JsonObject, toEnumName) as JsonValue, { ignoreUnknownFields: true });

/** A message as REST would write it. Absent and unspecified fields are left out. */
export const fromMessage = (message: DescMessage, value: Message): JsonObject =>
  respell(message, toJson(message, value) as JsonObject, toWord);

type Spell = (words: DescEnum, text: string) => string;

function respell(message: DescMessage, value: JsonObject, spell: Spell): JsonObject {
  if (message.typeName.startsWith("google.protobuf.")) return value;
  const entries = message.fields.flatMap((field): [string, JsonValue][] => {
    const inner = value[field.jsonName];
    return inner === undefined ? [] : [[field.jsonName, respellField(field, inner, spell)]];
  });
  return Object.fromEntries(entries);
}

function respellField(field: DescField, value: JsonValue, spell: Spell): JsonValue {
  if (field.fieldKind === "list" && Array.isArray(value)) return value.map((item) => respellItem(field, item, spell));
  return field.fieldKind === "map" ? value : respellItem(field, value, spell);
}

function respellItem(field: DescField, value: JsonValue, spell: Spell): JsonValue {
  if (field.enum !== undefined && typeof value === "string") return spell(field.enum, value);
  if (field.message !== undefined && typeof value === "object" && value !== null && !Array.isArray(value))
    return respell(field.message, value, spell);
  return value;
}

/** `RollingBack` → `ROLLOUT_PHASE_ROLLING_BACK`. */
const toEnumName: Spell = (words, word) => prefixOf(words) + word.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();

const toWord: Spell = (words, name) =>
  name
    .slice(prefixOf(words).length)
    .toLowerCase()
    .replace(/(^|_)([a-z])/g, (_whole, _mark, letter: string) => letter.toUpperCase());

/** `RolloutPhase` → `ROLLOUT_PHASE_`, as buf's lint demands. */
const prefixOf = (words: DescEnum): string => `${words.name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase()}_`;

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
import { ReasonSchema } from "@drover/proto/grpc";

/**
 * REST's shapes and gRPC's messages are the same things in two spellings: protobuf's JSON mapping does all but the words of closed sets,
 * which are `RollingBack` here and `ROLLOUT_PHASE_ROLLING_BACK` there.
 */
export const toMessage = (message: DescMessage, value: object): Message =>
  fromJson(message, respell(message, value as JsonObject, intoMessage) as JsonValue, { ignoreUnknownFields: true });

/** A message as REST would write it. Absent and unspecified fields are left out. */
export const fromMessage = (message: DescMessage, value: Message): JsonObject =>
  respell(message, toJson(message, value) as JsonObject, intoRest);

/** What differs on the way there, or back. */
interface Spelling {
  readonly word: (words: DescEnum, text: string) => string;
  readonly reason: (value: JsonObject) => JsonObject;
}

function respell(message: DescMessage, value: JsonObject, spelling: Spelling): JsonObject {
  if (message.typeName.startsWith("google.protobuf.")) return value;
  if (message.typeName === ReasonSchema.typeName) return spelling.reason(value);
  const entries = message.fields.flatMap((field): [string, JsonValue][] => {
    const inner = value[field.jsonName];
    return inner === undefined ? [] : [[field.jsonName, respellField(field, inner, spelling)]];
  });
  return Object.fromEntries(entries);
}

function respellField(field: DescField, value: JsonValue, spelling: Spelling): JsonValue {
  if (field.fieldKind === "list" && Array.isArray(value)) return value.map((item) => respellItem(field, item, spelling));
  if (field.fieldKind !== "map") return respellItem(field, value, spelling);
  const items = Object.entries(value as JsonObject).map(([key, item]): [string, JsonValue] => [key, respellItem(field, item, spelling)]);
  return Object.fromEntries(items);
}

/** A reason's numbers stand beside its kind and message in REST, and have a field of their own in gRPC. */
function withDetails({ kind = "", message, ...details }: JsonObject): JsonObject {
  return { kind, ...(message === undefined ? {} : { message }), ...(Object.keys(details).length === 0 ? {} : { details }) };
}

function respellItem(field: DescField, value: JsonValue, spelling: Spelling): JsonValue {
  if (field.enum !== undefined && typeof value === "string") return spelling.word(field.enum, value);
  if (field.message !== undefined && typeof value === "object" && value !== null && !Array.isArray(value))
    return respell(field.message, value, spelling);
  return value;
}

/** `RollingBack` → `ROLLOUT_PHASE_ROLLING_BACK`. */
const toEnumName: Spelling["word"] = (words, word) => prefixOf(words) + word.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();

const toWord: Spelling["word"] = (words, name) =>
  name
    .slice(prefixOf(words).length)
    .toLowerCase()
    .replace(/(^|_)([a-z])/g, (_whole, _mark, letter: string) => letter.toUpperCase());

/** `RolloutPhase` → `ROLLOUT_PHASE_`, as buf's lint demands. */
const prefixOf = (words: DescEnum): string => `${words.name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase()}_`;

const intoMessage: Spelling = { word: toEnumName, reason: withDetails };
const intoRest: Spelling = { word: toWord, reason: (value) => value };

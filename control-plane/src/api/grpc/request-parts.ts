import { type DescField, type DescMessage, type JsonObject, type JsonValue, type Message, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence as Presence } from "@bufbuild/protobuf/wkt";
import { DroverError } from "@drover/kit";
import { type OperationId, pathParams, type Route, routeTable } from "@drover/proto/rest";
import type { TSchema } from "typebox";
import { compileValidator } from "../validate.ts";
import { fromMessage } from "./words.ts";

/** What the operation's REST request would hold. */
export interface Parts {
  readonly params: JsonObject;
  readonly query: JsonObject;
  readonly body: JsonObject;
}

/** Reads requests of one method. The schemas of the REST operation judge them too. */
export function partsReader(operation: OperationId, input: DescMessage): (message: Message) => Parts {
  const { params, query, body } = routeTable[operation];
  const check = (schema: TSchema | undefined, httpPart: string) => schema && compileValidator({ schema, httpPart });
  const [checkParams, checkQuery, checkBody] = [check(params, "params"), check(query, "querystring"), check(body, "body")];
  return (message) => {
    const parts = partsOf(routeTable[operation], input, fromMessage(input, message));
    if (checkQuery === undefined && Object.keys(parts.query).length > 0)
      throw new DroverError("invalid", "REQUEST_INVALID", `${operation} takes nothing but ids`);
    return {
      params: (checkParams?.(parts.params).value ?? {}) as JsonObject,
      query: (checkQuery?.(parts.query).value ?? {}) as JsonObject,
      body: (checkBody?.(parts.body).value ?? {}) as JsonObject,
    };
  };
}

/** `rollout_id` fills the path's `{rollout}`, as a name like `environment` fills its own. */
function partsOf(route: Route, input: DescMessage, request: JsonObject): Parts {
  const names = pathParams(route.path);
  const params: JsonObject = Object.fromEntries(names.map((name) => [name, ""]));
  const query: JsonObject = {};
  const body: JsonObject = {};
  for (const field of input.fields) {
    const key = field.jsonName;
    const name = names.find((one) => key === one || key === `${one}Id`);
    const isBody = route.body !== undefined && !isMember(route.query, key);
    const value = request[key] ?? (isRequired(isBody ? route.body : route.query, key) ? emptyOf(field) : undefined);
    if (value === undefined) continue;
    if (name !== undefined) params[name] = value;
    else (isBody ? body : query)[key] = value;
  }
  return { params, query, body };
}

const isMember = (schema: TSchema | undefined, name: string): boolean => name in ((schema as { properties?: object })?.properties ?? {});

const isRequired = (schema: TSchema | undefined, name: string): boolean =>
  ((schema as { required?: readonly string[] })?.required ?? []).includes(name);

/** What protobuf does not send because it is empty, and REST wants to see. An empty text is left out: REST then says that it is missing. */
function emptyOf({ fieldKind, presence, scalar }: DescField): JsonValue | undefined {
  if (fieldKind === "list") return [];
  if (fieldKind === "map") return {};
  if (fieldKind !== "scalar" || presence !== Presence.IMPLICIT) return undefined;
  return scalar === ScalarType.BOOL ? false : scalar === ScalarType.INT32 ? 0 : undefined;
}

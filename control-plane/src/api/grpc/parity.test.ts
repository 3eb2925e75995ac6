import type { DescMessage, DescMethod } from "@bufbuild/protobuf";
import { type OperationId, pathParams, routeTable } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { operationOf, services, withoutMethod } from "./methods.ts";
import { differences, type Schema } from "./shapes.fixture.ts";

/** Parameters that choose a media type or say where an EventSource stood: gRPC has one form, and no EventSource. */
const withoutField: Readonly<Partial<Record<OperationId, readonly string[]>>> = { getClusterBundle: ["format"] };

/** What landed in REST and has not arrived here yet. Empty, or somebody is on it. */
const notYet: readonly string[] = [];

/** Streams of one thing's states, beside the stream of events that REST has. */
const ownStreams = ["watchRollout"];

const methods = services.flatMap((service) => service.methods);
const rows = methods
  .filter(({ localName }) => !ownStreams.includes(localName))
  .map((method) => ({ method, operation: operationOf(method) }));

test("every operation has one method, unless there is a reason", () => {
  const has = rows.map(({ operation }) => operation).toSorted();
  const wants = (Object.keys(routeTable) as OperationId[]).filter((operation) => withoutMethod[operation] === undefined).toSorted();
  expect(wants.filter((operation) => !has.includes(operation) && !notYet.includes(operation))).toEqual([]);
  expect(has.filter((operation, index) => !wants.includes(operation) || has.indexOf(operation) !== index)).toEqual([]);
});

test.each(rows.map((row) => ({ ...row, name: row.operation })))("$name asks for the same in gRPC and REST", ({ method, operation }) => {
  const { path, params, query, body } = routeTable[operation];
  const ids = pathParams(path).map((name): [string, Schema] => {
    const isId = method.input.fields.some(({ jsonName }) => jsonName === `${name}Id`);
    return [isId ? `${name}Id` : name, propertiesOf(params)[name] ?? { type: "string" }];
  });
  const members = Object.entries({ ...propertiesOf(query), ...propertiesOf(body) });
  const wanted = [...ids, ...members.filter(([name]) => withoutField[operation]?.includes(name) !== true)];
  expect(unexpected(differences(method.input, Object.fromEntries(wanted), method.input.name))).toEqual([]);
});

test.each(rows.filter(({ method }) => method.methodKind === "unary").map((row) => ({ ...row, name: row.operation })))(
  "$name answers the same in gRPC and REST",
  ({ method, operation }) => {
    const members = propertiesOf(routeTable[operation].answer);
    expect(unexpected(ofAnswer(method, members))).toEqual([]);
  },
);

/** The response is the answer, or has one field for it and what a page says besides. */
function ofAnswer({ output }: DescMethod, members: Readonly<Record<string, Schema>>): readonly string[] {
  const direct = differences(output, members, output.name);
  const alone = output.fields.filter(({ jsonName }) => !(jsonName in members) || output.fields.length === 1);
  const [field] = alone;
  if (direct.length === 0 || alone.length !== 1 || field?.message === undefined) return direct;
  const { items, ...page } = members;
  const wrapped = { ...(items === undefined ? {} : page), [field.jsonName]: items ?? { properties: members } };
  return differences(output, wrapped, output.name);
}

test.each(rows.flatMap((row) => messageOf(row.operation)?.map((message) => ({ ...row, message, name: row.operation })) ?? []))(
  "$name tells of the same changes in gRPC and REST",
  ({ method: { output }, message }) => {
    const { object = {}, ...said } = propertiesOf(message);
    const field = output.fields.find((one) => one.message !== undefined)?.jsonName ?? "object";
    expect(unexpected(differences(output, { ...said, cursor: { type: "string" }, [field]: object }, output.name))).toEqual([]);
  },
);

/** Of watches of lists. */
function messageOf(operation: OperationId): readonly Schema[] | undefined {
  const { message }: { readonly message?: Schema } = routeTable[operation];
  return message && [message];
}

const unexpected = (found: readonly string[]): readonly string[] => found.filter((difference) => !notYet.includes(difference));

const propertiesOf = (schema: unknown): Readonly<Record<string, Schema>> => (schema as Schema | undefined)?.properties ?? {};

test("whole numbers of requests are int32: protobuf's JSON spells int64 as text, and REST's schemas want numbers", () => {
  const wide = (message: DescMessage): readonly string[] =>
    message.fields.filter(({ scalar }) => scalar === 3).map(({ jsonName }) => `${message.name}.${jsonName}`);
  expect(methods.flatMap(({ input }) => wide(input))).toEqual([]);
});

import { expect, test } from "vitest";
import { breakingChanges } from "../../scripts/openapi-breaking.ts";

const thing = {
  type: "object",
  required: ["id", "state"],
  properties: {
    id: { type: "string" },
    state: { type: "string", enum: ["On", "Off"] },
    parts: { type: "array", items: { type: "string" } },
  },
};

const document = (
  change: { readonly body?: object; readonly answer?: object; readonly parameters?: readonly object[]; readonly path?: string } = {},
) => ({
  paths: {
    [change.path ?? "/things"]: {
      post: {
        parameters: change.parameters ?? [{ name: "size", in: "query", required: false, schema: { type: "integer" } }],
        requestBody: { content: { "application/json": { schema: change.body ?? thing } } },
        responses: { "201": { content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } } } },
      },
    },
  },
  components: { schemas: { Thing: change.answer ?? thing } },
});

const without = (name: string) => ({
  ...thing,
  properties: Object.fromEntries(Object.entries(thing.properties).filter(([key]) => key !== name)),
});
const withMember = (required: boolean) => ({
  ...thing,
  required: [...thing.required, ...(required ? ["color"] : [])],
  properties: { ...thing.properties, color: { type: "string" } },
});
const withWords = (words: readonly string[]) => ({ ...thing, properties: { ...thing.properties, state: { type: "string", enum: words } } });
const size = { name: "size", in: "query", required: false, schema: { type: "integer" } };
const page = { name: "page", in: "query", schema: { type: "string" } };

test.each([
  { name: "the same document", after: document(), want: [] },
  { name: "a new optional member of a request", after: document({ body: withMember(false) }), want: [] },
  { name: "a new member of an answer", after: document({ answer: withMember(true) }), want: [] },
  { name: "a new word of an answer", after: document({ answer: withWords(["On", "Off", "Odd"]) }), want: [] },
  { name: "a new optional parameter", after: document({ parameters: [size, { ...page, required: false }] }), want: [] },
])("$name breaks nobody", ({ after, want }) => {
  expect(breakingChanges(document(), after)).toEqual(want);
});

test("a schema that holds itself is compared once", () => {
  const tree = { ...thing, properties: { ...thing.properties, parts: { type: "array", items: { $ref: "#/components/schemas/Thing" } } } };
  const pruned = { ...tree, properties: { id: tree.properties.id, parts: tree.properties.parts } };
  expect(breakingChanges(document({ answer: tree }), document({ answer: pruned }))).toEqual(["POST /things 201.state is gone"]);
});

test.each([
  { name: "an operation that went", after: document({ path: "/others" }), want: ["POST /things is gone"] },
  { name: "a member of an answer that went", after: document({ answer: without("parts") }), want: ["POST /things 201.parts is gone"] },
  {
    name: "a member of an answer that may be absent",
    after: document({ answer: { ...thing, required: ["id"] } }),
    want: ["POST /things 201.state may now be absent"],
  },
  { name: "a new required member", after: document({ body: withMember(true) }), want: ["POST /things body.color is now required"] },
  {
    name: "a word that went from a request",
    after: document({ body: withWords(["On"]) }),
    want: ["POST /things body.state: Off is no longer allowed"],
  },
  { name: "a parameter that went", after: document({ parameters: [] }), want: ["POST /things: query parameter size is gone"] },
  {
    name: "a new required parameter",
    after: document({ parameters: [size, { ...page, required: true }] }),
    want: ["POST /things: query parameter page is now required"],
  },
  {
    name: "another type",
    after: document({ parameters: [{ ...size, schema: { type: "string" } }] }),
    want: ["POST /things query parameter size: it was of type integer, and is string"],
  },
])("$name breaks clients", ({ after, want }) => {
  expect(breakingChanges(document(), after)).toEqual(want);
});

import { canonicalJson, type Json, type JsonObject } from "@drover/kit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createMask } from "./mask.ts";
import { base64Of } from "./secret-values.ts";

/** Stands for a keyed digest: distinct for distinct values, and without a trace of them. */
function marks(): (value: string) => string {
  const known = new Map<string, string>();
  return (value) => known.get(value) ?? (known.set(value, `#${known.size + 1}`), known.get(value)!);
}
const secret = (data: JsonObject, over: JsonObject = {}): JsonObject => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "credentials" },
  data,
  ...over,
});
const masked = (answer: Json, ...known: readonly JsonObject[]): Json => createMask(known, marks()).answer(answer);

test("a Secret keeps its keys, and equal values have equal marks", () => {
  const live = secret({ user: base64Of("alice"), password: base64Of("correct horse") });
  const desired = secret({ user: base64Of("alice"), password: base64Of("battery staple"), token: base64Of("new") });
  const answer = masked({ objects: [{ live, desired }] }) as { objects: { live: JsonObject; desired: JsonObject }[] };
  const { live: before, desired: after } = answer.objects[0]!;
  const was = before["data"] as JsonObject;
  const becomes = after["data"] as JsonObject;
  expect(Object.keys(becomes)).toEqual(["user", "password", "token"]);
  expect(becomes["user"]).toBe(was["user"]);
  expect(new Set([was["user"], was["password"], becomes["password"], becomes["token"]])).toHaveProperty("size", 4);
});

test("stringData and data of the same value have the same mark", () => {
  const answer = masked([secret({}, { stringData: { a: "one two three" } }), secret({ a: base64Of("one two three") })]) as JsonObject[];
  expect((answer[0]!["stringData"] as JsonObject)["a"]).toBe((answer[1]!["data"] as JsonObject)["a"]);
});

test("the copy that client-side apply keeps goes as well", () => {
  const copy = JSON.stringify(secret({ password: base64Of("short") }));
  const annotations = { "kubectl.kubernetes.io/last-applied-configuration": copy, team: "shop" };
  const answer = masked(secret({}, { metadata: { name: "credentials", annotations } })) as { metadata: { annotations: JsonObject } };
  expect(answer.metadata.annotations["team"]).toBe("shop");
  expect(canonicalJson(answer)).not.toContain(base64Of("short"));
});

test.each([
  { name: "an address", text: "postgres://app:correct%20horse@db/shop", want: "postgres://app:••••#1@db/shop" },
  { name: "a sentence", text: "refused: correct horse", want: "refused: ••••#1" },
  { name: "base64", text: base64Of("correct horse"), want: "••••#1==" },
  { name: "a text that was cut in the middle of it", text: "refused: correct ho…", want: "refused: ••••#1" },
  { name: "nothing that only begins like it", text: "correct answer", want: "correct answer" },
])("a value is found in $name", ({ text, want }) => {
  expect(createMask([secret({ password: base64Of("correct horse") })], marks()).text(text)).toBe(want);
});

test("the name of an object is no secret, even where a Secret has the same word in it", () => {
  const known = secret({ user: base64Of("postgres") });
  const answer = { nodes: [{ group: "", kind: "Pod", name: "postgres", message: "user postgres", health: "Healthy" }] };
  expect(masked(answer, known)).toEqual({
    nodes: [{ group: "", kind: "Pod", name: "postgres", message: "user ••••#1", health: "Healthy" }],
  });
});

/** Every run of eight characters of `text`. */
const windows = (text: string): readonly string[] =>
  Array.from({ length: Math.max(0, text.length - 7) }, (_, at) => text.slice(at, at + 8));

/** Characters that base64, JSON and addresses write in ways of their own, and none that our own words have. */
const values = fc.string({ unit: fc.constantFrom(...'XYZQ0179"\\\n +/=%é漢😀'), minLength: 8, maxLength: 40 });

test("no part of a value is left of it, wherever it is repeated", () => {
  fc.assert(
    fc.property(values, fc.string(), fc.string(), (value, before, after) => {
      fc.pre(value.trim().length >= 8);
      const base64 = base64Of(value);
      const texts = [value, base64, JSON.stringify(value), encodeURIComponent(value), `${before}${value}${after}`, `${before} ${base64}`];
      const answer = {
        items: texts.map((message) => ({ message, [value]: message })),
        object: secret({ a: base64 }, { stringData: { b: value }, metadata: { annotations: { c: value } } }),
      };
      const out = masked(answer as unknown as Json);
      const said = [canonicalJson(out), ...stringsIn(out)].join("\n");
      const trimmed = value.trim();
      for (const form of [trimmed, base64Of(trimmed).replace(/=+$/, "")])
        for (const window of windows(form)) expect(said.includes(window) ? window : "").toBe("");
    }),
  );
});

function stringsIn(value: Json): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...stringsIn(inner as Json)]);
}

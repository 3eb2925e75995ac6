import { readFileSync } from "node:fs";
import { canonicalJson } from "@drover/kit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readKubernetesYaml } from "./kubernetes-yaml.ts";

/** What golden/record.ts recorded from kubectl. */
const golden = JSON.parse(readFileSync(new URL("golden/kubernetes-yaml.json", import.meta.url), "utf8")) as {
  cases: { spec: string; json?: string }[];
};

const read = (text: string): string => canonicalJson(readKubernetesYaml("a.yaml", new TextEncoder().encode(text))[0]);

const codeFrom = (thrown: unknown): string => (thrown as { code?: string }).code ?? String(thrown);

/** The first document's JSON, or the code of the refusal. */
function readOrCode(text: string): string {
  try {
    return read(text);
  } catch (thrown) {
    return codeFrom(thrown);
  }
}

function outcome(bytes: Uint8Array): string {
  try {
    readKubernetesYaml("a.yaml", bytes);
    return "read";
  } catch (thrown) {
    return codeFrom(thrown);
  }
}

/** Where we differ from kubectl, and know it. Everything else in the corpus is read alike. */
const differences: Readonly<Record<string, { because: string; json?: string }>> = {
  "  a: 9223372036854775808\n": { because: "digits beyond int64 stay; the API server rounds them", json: '{"a":9223372036854775808}' },
  "  a: 18446744073709551615\n": { because: "digits beyond int64 stay", json: '{"a":18446744073709551615}' },
  "  a: 18446744073709551616\n": { because: "digits beyond int64 stay", json: '{"a":18446744073709551616}' },
  "  a: 123456789012345678901234567890\n": { because: "digits beyond int64 stay", json: '{"a":123456789012345678901234567890}' },
  "  18446744073709551615: 1\n": { because: "a key is its digits", json: '{"18446744073709551615":1}' },
  "  0.00001: 1\n": { because: "a key that is a small number is not rewritten", json: '{"0.00001":1}' },
  '  a: "\\/"\n': { because: "JSON's escape is taken", json: '{"a":"/"}' },
  '  a: "\\ud83d\\ude00"\n': { because: "JSON's surrogate pairs are taken", json: '{"a":"😀"}' },
  "  a: \u2028\n": { because: "a line separator is text in YAML 1.2", json: '{"a":"\u2028"}' },
  "  a: [?x]\n": { because: "a question mark within a word is text in YAML 1.2", json: '{"a":["?x"]}' },
  "  a: {?x: 1}\n": { because: "a question mark within a word is text in YAML 1.2", json: '{"a":{"?x":1}}' },
  "  a: [:x]\n": { because: "a colon within a word is text in YAML 1.2", json: '{"a":[":x"]}' },
  "  a: &x {p: 1, q: 2}\n  b: {q: 3, <<: *x}\n": {
    because: "a key of one's own beats a merged one wherever it stands, as YAML says",
    json: '{"a":{"p":1,"q":2},"b":{"p":1,"q":3}}',
  },
  "  a: !a\n": { because: "a tag of one's own is refused, not ignored" },
  "  a: !local x\n": { because: "a tag of one's own is refused" },
  "  a: !foo {b: 1}\n": { because: "a tag of one's own is refused" },
  "  a: !foo [b]\n": { because: "a tag of one's own is refused" },
  "  a: !!timestamp 2020-01-01\n": { because: "JSON has no such type" },
  "  a: !!set {b, c}\n": { because: "JSON has no such type" },
  "  a: !!omap [b: 1]\n": { because: "JSON has no such type" },
  "  a: 1\n  a: 2\n": { because: "which of two equal keys is meant cannot be told" },
  "  1: a\n  '1': b\n": { because: "which of two equal keys is meant cannot be told" },
  "  on: a\n  'true': b\n": { because: "which of two equal keys is meant cannot be told" },
};

test.each(golden.cases.filter(({ spec }) => !Object.hasOwn(differences, spec)))("$spec is read as kubectl reads it", ({ spec, json }) => {
  const ours = readOrCode(`spec:\n${spec}`);
  expect(ours.startsWith("MANIFEST_") ? undefined : ours).toBe(json && `{"spec":${json}}`);
});

test.each(Object.entries(differences))("%j differs, and is known to", (spec, { json }) => {
  expect(golden.cases.map((one) => one.spec)).toContain(spec);
  expect(readOrCode(`spec:\n${spec}`)).toBe(json === undefined ? "MANIFEST_YAML" : `{"spec":${json}}`);
});

const letters = "abcdefgh";
const bomb = ["a: &a [x,x,x,x,x,x,x,x,x]"]
  .concat(Array.from(letters.slice(1), (key, index) => `${key}: &${key} [${Array(9).fill(`*${letters[index]}`).join(",")}]`))
  .join("\n");
const chain = ["a0: &a0 [x]", ...Array.from({ length: 20_000 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}]`)].join("\n");
const chainReadBackwards = Array.from({ length: 20_000 }, (_, i) => `${20_000 - i}: &a${i + 1} [${i > 0 ? `*a${i}` : "x"}]`).join("\n");

test.each([
  { name: "an alias bomb", text: bomb, code: "MANIFEST_ALIAS_BOMB" },
  { name: "an alias that contains itself", text: "a: &a [*a]", code: "MANIFEST_ALIAS_CYCLE" },
  { name: "aliases nested 20,000 deep", text: chain, code: "MANIFEST_TOO_DEEP" },
  { name: "the same under keys that JavaScript sorts", text: chainReadBackwards, code: "MANIFEST_TOO_DEEP" },
  { name: "20,000 brackets", text: "[".repeat(20_000), code: "MANIFEST_TOO_DEEP" },
  { name: "20,000 closed brackets", text: "[".repeat(20_000) + "]".repeat(20_000), code: "MANIFEST_TOO_DEEP" },
  { name: "20,000 braces", text: "{a: ".repeat(20_000), code: "MANIFEST_TOO_DEEP" },
  { name: "20,000 dashes", text: "- ".repeat(20_000), code: "MANIFEST_TOO_DEEP" },
  { name: "a key twice", text: "a: 1\na: 2", code: "MANIFEST_YAML" },
  { name: "infinity", text: "a: .inf", code: "MANIFEST_NUMBER" },
  { name: "a key without a name", text: "? \n: x", code: "MANIFEST_YAML" },
  { name: "20 MB of text", text: `a: ${"x".repeat(20_000_000)}`, code: "MANIFEST_TOO_LARGE" },
])("$name is refused within its bounds", ({ text, code }) => {
  const before = process.cpuUsage();
  expect(readOrCode(text)).toBe(code);
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(5_000);
});

test.each([
  { name: "an alias bomb", text: bomb, says: /write less of it with aliases/ },
  { name: "an alias that contains itself", text: "a: &a [*a]", says: /an alias contains itself: remove it/ },
  { name: "aliases nested 20,000 deep", text: chain, says: /deeper than 100 levels: flatten it/ },
  { name: "20,000 brackets", text: "[".repeat(20_000), says: /deeper than 100 levels: flatten it \(line 1\)/ },
  { name: "a key twice", text: "a: 1\na: 2", says: /keep one of them \(line 2\)/ },
])("$name: the message says what to do", ({ text, says }) => {
  expect(() => readKubernetesYaml("a.yaml", new TextEncoder().encode(text))).toThrow(says);
});

test("keys that JavaScript gives a meaning are keys", () => {
  const [value] = readKubernetesYaml("a.yaml", new TextEncoder().encode("__proto__: { polluted: yes }\nconstructor: 1\n"));
  expect(Object.keys(value ?? {})).toEqual(["__proto__", "constructor"]);
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

test("an error names the file and the line", () => {
  expect(() => readKubernetesYaml("web/deployment.yaml", new TextEncoder().encode("a: 1\nb: [\n"))).toThrow(
    /^read web\/deployment.yaml: .* \(line 3\)$/,
  );
});

test("text that is no UTF-8 is refused", () => {
  expect(() => readKubernetesYaml("a.yaml", Uint8Array.of(0x61, 0xff))).toThrow(expect.objectContaining({ code: "MANIFEST_NOT_TEXT" }));
});

test("whatever JSON says is read as JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false, maxDepth: 5 }), (value) => {
      expect(read(JSON.stringify({ value }))).toBe(canonicalJson(JSON.parse(JSON.stringify({ value }))));
    }),
  );
});

test("no bytes make the reader fail in another way than by its own errors", () => {
  const parts = fc.array(
    fc.constantFrom("a", ": ", "- ", "\n", "  ", "[", "]", "{", "}", "&a ", "*a", "<<", "!!binary ", '"', "|", "---\n", "\t", "? ", "1e9"),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        parts.map((text) => new TextEncoder().encode(text.join(""))),
      ),
      (bytes) => {
        expect(outcome(bytes)).toMatch(/^(read|MANIFEST_[A-Z_]+)$/);
      },
    ),
    { numRuns: 1000 },
  );
});

test("lines that have to be indented before they can be read cost a bounded amount of work", () => {
  const before = process.cpuUsage();
  expect(readOrCode(`a: [\n${"1,\n".repeat(500)}]`)).toBe(`{"a":[${Array(500).fill(1).join(",")}]}`);
  expect(readOrCode(`a: [\n${"1,\n".repeat(300_000)}]`)).toBe("MANIFEST_YAML");
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(10_000);
});

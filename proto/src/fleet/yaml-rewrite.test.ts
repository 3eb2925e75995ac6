import { canonicalJson } from "@drover/kit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { rewriteYaml } from "./yaml-rewrite.ts";

const file = `# who looks after it: the web team
clusterSelector:
  matchLabels: { tier: production } # never edge
promotesFrom: [staging]

# small steps
values:
  replicas: 3 # measured
  region: "eu"
windows:
  # not at night
  - kind: allow
    schedule: "0 8 * * 1-5"
    duration: 8h
  # nor at the year's end
  - kind: deny
    schedule: "0 0 24 12 *"
    duration: 192h
`;
const value = parse(file) as Record<string, unknown>;
const windows = value["windows"] as readonly Record<string, unknown>[];

/** The lines that differ, as \`diff\` marks them. */
function changedLines(before: string, after: string): readonly string[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `-${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+${line}`),
  ];
}

test.each([
  { what: "nothing", to: value, want: [] },
  {
    what: "a scalar, its comment stays",
    to: { ...value, values: { replicas: 5, region: "eu" } },
    want: ["-  replicas: 3 # measured", "+  replicas: 5 # measured"],
  },
  {
    what: "a scalar, its quotes stay",
    to: { ...value, values: { replicas: 3, region: "us" } },
    want: ['-  region: "eu"', '+  region: "us"'],
  },
  { what: "a new member of a map", to: { ...value, values: { replicas: 3, region: "eu", debug: true } }, want: ["+  debug: true"] },
  { what: "a member less", to: { ...value, values: { region: "eu" } }, want: ["-  replicas: 3 # measured"] },
  { what: "a new member at the top", to: { ...value, strategy: "slow" }, want: ["+strategy: slow"] },
  {
    what: "a scalar within braces",
    to: { ...value, clusterSelector: { matchLabels: { tier: "edge" } } },
    want: ["-  matchLabels: { tier: production } # never edge", "+  matchLabels: { tier: edge } # never edge"],
  },
  {
    what: "a member within braces",
    to: { ...value, clusterSelector: { matchLabels: { tier: "production", region: "eu" } } },
    want: ["-  matchLabels: { tier: production } # never edge", "+  matchLabels: { tier: production, region: eu } # never edge"],
  },
  {
    what: "an item of a list in brackets",
    to: { ...value, promotesFrom: ["staging", "qa"] },
    want: ["-promotesFrom: [staging]", "+promotesFrom: [ staging, qa ]"],
  },
  {
    what: "a member of a list's item",
    to: { ...value, windows: [windows[0], { ...windows[1], duration: "24h" }] },
    want: ["-    duration: 192h", "+    duration: 24h"],
  },
  {
    what: "an item less",
    to: { ...value, windows: [windows[0]] },
    want: ["-  - kind: deny", '-    schedule: "0 0 24 12 *"', "-    duration: 192h"],
  },
  {
    what: "an item more in the middle",
    to: { ...value, windows: [windows[0], { kind: "deny", schedule: "0 0 1 1 *", duration: "1h" }, windows[1]] },
    want: ["+    schedule: 0 0 1 1 *", "+    duration: 1h"],
  },
  { what: "a list that becomes empty", to: { ...value, promotesFrom: [] }, want: ["-promotesFrom: [staging]", "+promotesFrom: []"] },
  {
    what: "another kind of value",
    to: { ...value, promotesFrom: "staging" },
    want: ["-promotesFrom: [staging]", "+promotesFrom: staging"],
  },
])("changes no line but those of $what", ({ to, want }) => {
  const rewritten = rewriteYaml(file, to);
  expect(parse(rewritten)).toEqual(to);
  expect(changedLines(file, rewritten)).toEqual(want);
});

test("keeps the line breaks of Windows", () => {
  expect(rewriteYaml("a: 1\r\nb: 2\r\n", { a: 1, b: { c: [1] }, d: 3 })).toBe("a: 1\r\nb:\r\n  c:\r\n    - 1\r\nd: 3\r\n");
});

test("writes a file that held comments alone", () => {
  expect(rewriteYaml("# ours\n", { a: 1 })).toBe("# ours\na: 1\n");
});

const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom("on", "- a", "# b", "a: b", "a\nb\n"));
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.array(tie("tree"), { maxLength: 5 }),
    fc.dictionary(fc.constantFrom("a", "b", "c", "name", "on", "x y"), tie("tree"), { maxKeys: 4 }),
  ),
}));
const members = fc.dictionary(fc.constantFrom("a", "b", "c", "name", "on", "x y"), tree, { maxKeys: 5 });

test("says exactly what it was given, whatever the file said", () => {
  fc.assert(
    fc.property(members, members, fc.constantFrom("block", "flow"), (before, after, collectionStyle) => {
      const text = `# kept\n${stringify(before, { collectionStyle })}`;
      const rewritten = rewriteYaml(text, after);
      expect(canonicalJson(parse(rewritten))).toBe(canonicalJson(after));
      expect(rewritten).toContain("# kept");
      expect(rewriteYaml(text, before)).toBe(text);
    }),
    { numRuns: 500 },
  );
});

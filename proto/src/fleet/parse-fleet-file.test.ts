import fc from "fast-check";
import { expect, test } from "vitest";
import { parseFleetFile } from "./parse-fleet-file.ts";

/** `line:column CODE message` of each problem. */
function problemsOf(path: string, text: string): readonly string[] {
  const file = parseFleetFile(path, text);
  return file.kind === "invalid" ? file.problems.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`) : [];
}

const source = "source: { repository: https://git.example/web.git }\n";

test("an application's kind and name come from its path", () => {
  expect(parseFleetFile("applications/shop/web.yaml", source)).toMatchObject({
    kind: "object",
    object: { kind: "Application", name: "web", form: { source: { repository: "https://git.example/web.git" } } },
  });
});

test("a pin is called after its environment and its application", () => {
  expect(parseFleetFile("pins/production/web.yml", "revision: abc")).toMatchObject({ object: { kind: "Pin", name: "production/web" } });
});

test("removals are called after what they remove", () => {
  expect(parseFleetFile("removals/applications/production/web.yaml", "deletionPolicy: Orphan")).toMatchObject({
    object: { kind: "ApplicationRemoval", name: "production/web", form: { deletionPolicy: "Orphan" } },
  });
  expect(parseFleetFile("removals/clusters/eu-1.yaml", `id: ${"a".repeat(26)}\ndeletionPolicy: Delete`)).toMatchObject({
    object: { kind: "ClusterRemoval", name: "eu-1" },
  });
  expect(problemsOf("removals/web.yaml", "deletionPolicy: Orphan")).toEqual([expect.stringContaining("FLEET_PATH_INVALID") as string]);
});

test.each(["README.md", "applications/README.md", "ci/build.yaml", "package.yaml", "applications.yaml"])("%s is no fleet file", (path) => {
  expect(parseFleetFile(path, "}{")).toEqual({ kind: "ignored", path });
});

test.each([
  {
    name: "an unknown key, with the key that was meant",
    path: "applications/web.yaml",
    text: `${source}syncPolicy:\n  prun: true\n`,
    problem: '3:3 FLEET_FILE_SCHEMA unknown key "prun" in "syncPolicy"; did you mean "prune"?',
  },
  {
    name: "a JSON pointer that is none",
    path: "applications/web.yaml",
    text: `${source}ignoreDifferences:\n  - kind: Deployment\n    jsonPointers: [/spec/replicas, /metadata/annotations/a~b]\n`,
    problem: "4:36 FLEET_IGNORE_INVALID in a JSON pointer ~ is written ~0 and / within a name ~1",
  },
  {
    name: "a JSONPath that is none",
    path: "applications/web.yaml",
    text: `${source}ignoreDifferences:\n  - jsonPaths:\n      - $..a..b\n`,
    problem: "4:9 FLEET_IGNORE_INVALID a JSONPath may have .. once",
  },
  {
    name: "a health rule that is no CEL",
    path: "applications/web.yaml",
    text: `${source}healthRules:\n  - { group: example.com, kind: Widget, current: status.ready == }\n`,
    problem: "3:50 FLEET_HEALTH_RULE_INVALID Unexpected token: EOF",
  },
  {
    name: "an unknown key that resembles none, with those allowed",
    path: "drover.yaml",
    text: "apiVersion: drover.dev/v1\nlogging: {}\n",
    problem: '2:1 FLEET_FILE_SCHEMA unknown key "logging"; allowed are apiVersion, description, windows',
  },
  {
    name: "a key that is missing",
    path: "clusters/eu-1.yaml",
    text: "labels: { region: eu }\n",
    problem: '1:1 FLEET_FILE_SCHEMA key "id" is missing',
  },
  {
    name: "a word that is not one of those allowed",
    path: "applications/web.yaml",
    text: `${source}render:\n  kind: helm\n`,
    problem: '3:9 FLEET_FILE_SCHEMA "render.kind" must be one of yaml, kustomize, not "helm"',
  },
  {
    name: "a commit of digits alone, which YAML takes for a number",
    path: "pins/production/web.yaml",
    text: "revision: 1234567\n",
    problem: '1:11 FLEET_FILE_SCHEMA "revision" must be text of 1 to 256 characters, not 1234567: write it in quotes',
  },
  {
    name: "a duration without its unit",
    path: "strategies/slow.yaml",
    text: "waves:\n  - { name: first, soakTime: 5 }\n",
    problem: '2:30 FLEET_FILE_SCHEMA "waves.0.soakTime" must be a duration such as 90s, 5m or 1h30m, not 5',
  },
  {
    name: "a name of a value that JavaScript gives a meaning",
    path: "clusters/eu-1.yaml",
    text: `id: ${"a".repeat(26)}\nvalues:\n  __proto__: 1\n`,
    problem:
      '3:3 FLEET_FILE_SCHEMA key "__proto__" is not allowed in "values": keys of letters, digits and underscores that do not begin with a digit',
  },
  {
    name: "an operator without values",
    path: "environments/production.yaml",
    text: "clusterSelector:\n  matchExpressions:\n    - key: region\n      operator: In\n",
    problem: '4:17 FLEET_SELECTOR_INVALID In needs at least one of "values"',
  },
  {
    name: "an override of a value that the application does not declare",
    path: "applications/web.yaml",
    text: `${source}values: { replicas: 1 }\noverrides:\n  - clusterSelector: {}\n    values:\n      replica: 2\n`,
    problem: '6:16 FLEET_VALUE_UNDECLARED "replica" is not among the application\'s values: did you mean "replicas"?',
  },
  {
    name: "credentials in a URL",
    path: "applications/web.yaml",
    text: "source:\n  repository: https://me:secret@git.example/web.git\n",
    problem: "2:15 FLEET_SOURCE_INVALID credentials do not belong into the repository's URL: name them in credentialsRef",
  },
  {
    name: "a repository on this machine",
    path: "applications/web.yaml",
    text: "source:\n  repository: file:///etc\n",
    problem: "2:15 FLEET_SOURCE_INVALID file:// is not fetched from: use https:// or ssh://",
  },
  {
    name: "a path out of the repository",
    path: "environments/production.yaml",
    text: "clusterSelector: {}\nsource:\n  path: ../other\n",
    problem: "3:9 FLEET_SOURCE_INVALID the path leaves the repository: write it from the repository's root",
  },
  {
    name: "a duration beyond a month",
    path: "strategies/slow.yaml",
    text: "progressDeadline: 99999999999d\n",
    problem: "1:19 FLEET_DURATION_INVALID 99999999999d is longer than 30d",
  },
  {
    name: "a file name that is no name",
    path: "clusters/EU 1.yaml",
    text: "",
    problem: '1:1 FLEET_NAME_INVALID "EU 1" is no name: rename the file to at most 53 lower-case letters, digits and dashes',
  },
  {
    name: "a name that the API's paths need",
    path: "applications/watch.yaml",
    text: "",
    problem: '1:1 FLEET_NAME_RESERVED "watch" is a word of the API\'s paths: take another name',
  },
  {
    name: "a place of such a name",
    path: "pins/watch/web.yaml",
    text: "",
    problem: '1:1 FLEET_NAME_RESERVED "watch" is a word of the API\'s paths: take another name',
  },
  {
    name: "a pin in the wrong folder",
    path: "pins/web.yaml",
    text: "",
    problem: "1:1 FLEET_PATH_INVALID a pin's file is pins/<environment>/<application>.yaml: move it there",
  },
  {
    name: "a key that is there twice",
    path: "pins/production/web.yaml",
    text: "revision: a\nreason: b\nrevision: c\n",
    problem: "3:1 FLEET_FILE_YAML this key is there already: keep one of them",
  },
  {
    name: "an alias",
    path: "clusters/eu-1.yaml",
    text: `id: ${"a".repeat(26)}\nlabels: &all { region: eu }\nvalues: *all\n`,
    problem: "3:9 FLEET_FILE_ALIAS aliases are not read: repeat the value",
  },
  {
    name: "a number that would lose digits",
    path: "clusters/eu-1.yaml",
    text: `id: ${"a".repeat(26)}\nvalues: { account: 12345678901234567890 }\n`,
    problem: "2:20 FLEET_FILE_YAML the number has more digits than can be kept: write it in quotes",
  },
  {
    name: "a second document",
    path: "drover.yaml",
    text: "apiVersion: drover.dev/v1\n---\n{}\n",
    problem: "2:1 FLEET_FILE_YAML a fleet file holds one document: remove the second one",
  },
  {
    name: "a file that is empty",
    path: "strategies/slow.yaml",
    text: "",
    problem: "1:1 FLEET_FILE_SCHEMA the file must be a map of keys to values, not empty",
  },
])("names $name", ({ path, text, problem }) => {
  expect(problemsOf(path, text)).toEqual([problem]);
});

test.each([
  { name: "brackets", text: "[".repeat(20_000) },
  { name: "closed brackets", text: "[".repeat(20_000) + "]".repeat(20_000) },
  { name: "braces", text: "{a: ".repeat(20_000) },
  { name: "dashes", text: "- ".repeat(20_000) },
  { name: "question marks", text: "? ".repeat(20_000) },
  { name: "indented maps", text: Array.from({ length: 1000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n") },
])("20,000 nested $name are refused by depth, not by the stack", ({ text }) => {
  expect(problemsOf("drover.yaml", text)).toEqual([
    expect.stringContaining("FLEET_FILE_TOO_DEEP nesting is deeper than 64 levels: flatten it"),
  ]);
});

test("a file beyond a MiB is not parsed", () => {
  expect(problemsOf("drover.yaml", `description: ${"ä".repeat(600_000)}`)).toEqual([expect.stringContaining("FLEET_FILE_TOO_LARGE")]);
});

test("an alias bomb costs nothing", () => {
  const bomb = ["a: &a [x, x]", ..."bcdefghijklmnop".split("").map((key, index) => `${key}: &${key} [*${"abcdefghijklmno"[index]}, *a]`)];
  expect(problemsOf("drover.yaml", bomb.join("\n")).every((problem) => problem.includes("FLEET_FILE_ALIAS"))).toBe(true);
});

const yamlish = fc.array(
  fc.constantFrom(
    "a",
    ": ",
    "- ",
    "\n",
    "  ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "!!str ",
    '"',
    "'",
    "|",
    "#",
    "---\n",
    "\t",
    "? ",
    "%",
    "1e999",
    "\u0000",
  ),
);

test("no text whatever makes the parser throw", () => {
  const path = fc.constantFrom("drover.yaml", "applications/a.yaml", "clusters/a.yaml", "pins/a/b.yaml", "strategies/s.yaml");
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    yamlish.map((parts) => parts.join("")),
    fc.json(),
  );
  fc.assert(
    fc.property(path, text, (at, content) => {
      const file = parseFleetFile(at, content);
      if (file.kind !== "invalid") return;
      expect(file.problems.length).toBeGreaterThan(0);
      for (const { line, column } of file.problems) expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
    }),
    { numRuns: 1000 },
  );
});

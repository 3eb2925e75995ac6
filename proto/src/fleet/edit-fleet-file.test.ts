import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import {
  newClusterFile,
  quarantineRevision,
  releaseRevision,
  removePinException,
  removePinRevision,
  setClusterLabels,
  setPinAutomatic,
  setPinException,
  setPinRevision,
} from "./edit-fleet-file.ts";
import { parseFleetFile } from "./parse-fleet-file.ts";

const commented = `# Production of web.
# Ask in #web before moving it.

revision: "0123abc"   # 2026-11-01, by anna
reason: first # why

# Clusters that stay behind.
clusters:
    # The old hardware.
    eu-1:
        revision: aaaa # old
        reason: >
          folded text
          here
    eu-2: { revision: bbbb }   # odd
# The end.
`;

/** Lines that went (`-`) and came (`+`), in order: enough for edits of one place. */
function diff(before: string, after: string | undefined): readonly string[] {
  const [old, now] = [before.split("\n"), (after ?? "").split("\n")];
  let start = 0;
  while (start < old.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < Math.min(old.length, now.length) - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  return [...old.slice(start, old.length - end).map((line) => `-${line}`), ...now.slice(start, now.length - end).map((line) => `+${line}`)];
}

test.each([
  {
    name: "moving a pin changes its line alone",
    edit: () => setPinRevision(commented, { revision: "fff0", reason: "first" }),
    lines: ['-revision: "0123abc"   # 2026-11-01, by anna', '+revision: "fff0"   # 2026-11-01, by anna'],
  },
  {
    name: "setting a pin to what it is changes nothing",
    edit: () => setPinRevision(commented, { revision: "0123abc", reason: "first" }),
    lines: [],
  },
  {
    name: "an exception moves, and its old reason goes",
    edit: () => setPinException(commented, "eu-1", { revision: "cccc" }),
    lines: [
      "-        revision: aaaa # old",
      "-        reason: >",
      "-          folded text",
      "-          here",
      "+        revision: cccc # old",
    ],
  },
  {
    name: "an exception in braces stays in braces",
    edit: () => setPinException(commented, "eu-2", { revision: "cccc", reason: "yes" }),
    lines: ["-    eu-2: { revision: bbbb }   # odd", '+    eu-2: { revision: cccc, reason: "yes" }   # odd'],
  },
  {
    name: "a new exception follows the others at their indentation",
    edit: () => setPinException(commented, "eu-3", { revision: "1e5", reason: "a: b" }),
    lines: ["+    eu-3:", '+      revision: "1e5"', '+      reason: "a: b"'],
  },
  {
    name: "an exception is removed and comments stay",
    edit: () => removePinException(commented, "eu-2"),
    lines: ["-    eu-2: { revision: bbbb }   # odd"],
  },
  {
    name: "an exception that is not there is not removed",
    edit: () => removePinException(commented, "us-1"),
    lines: [],
  },
  {
    name: "the revision is let go with its reason",
    edit: () => removePinRevision(commented),
    lines: ['-revision: "0123abc"   # 2026-11-01, by anna', "-reason: first # why"],
  },
])("$name", ({ edit, lines }) => {
  expect(diff(commented, edit())).toEqual(lines);
});

test.each([
  {
    name: "a pin that auto-promotion moves says so",
    before: "revision: a1\nreason: first\n",
    edit: (text: string) => setPinRevision(text, { revision: "b2", reason: "first" }, "Automatic"),
    lines: ["-revision: a1", "-reason: first", "+revision: b2", "+reason: first", "+promotion: Automatic"],
  },
  {
    name: "a pin that a person moves says nothing of auto-promotion any more",
    before: "revision: a1\npromotion: Automatic # soaked\nreason: first\n",
    edit: (text: string) => setPinRevision(text, { revision: "a1", reason: "first" }),
    lines: ["-promotion: Automatic # soaked"],
  },
  {
    name: "a pin that Drover moves back is whose it was",
    before: "revision: a1\npromotion: Automatic\n",
    edit: (text: string) => setPinRevision(text, { revision: "b2" }, "Kept"),
    lines: ["-revision: a1", "+revision: b2"],
  },
  {
    name: "a person's pin is given to auto-promotion as it is",
    before: "# theirs\nrevision: a1 # by anna\n",
    edit: setPinAutomatic,
    lines: ["+promotion: Automatic"],
  },
  {
    name: "nothing is left of a pin that is let go",
    before: "revision: a1\npromotion: Automatic\nreason: first\n",
    edit: removePinRevision,
    lines: ["-revision: a1", "-promotion: Automatic", "-reason: first"],
  },
])("$name", ({ before, edit, lines }) => expect(diff(before, edit(before))).toEqual(lines));

test.each([
  { name: "no file", text: undefined, want: "revision: abc\nreason: new\n" },
  { name: "comments alone", text: "# web", want: "# web\nrevision: abc\nreason: new\n" },
  {
    name: "an exception alone",
    text: "clusters:\n  a: { revision: x }\n",
    want: "clusters:\n  a: { revision: x }\nrevision: abc\nreason: new\n",
  },
  { name: "Windows line ends", text: "# web\r\nrevision: old\r\n", want: "# web\r\nrevision: abc\r\nreason: new\r\n" },
  { name: "JSON", text: '{"revision": "old"}\n', want: '{"revision": "abc", "reason": "new"}\n' },
  { name: "a folded revision", text: "revision: >-\n  old\nclusters: {}\n", want: "revision: abc\nclusters: {}\nreason: new\n" },
])("a pin is set in $name", ({ text, want }) => {
  expect(setPinRevision(text, { revision: "abc", reason: "new" })).toBe(want);
});

test("the last exception goes with its map, the last key with its file", () => {
  expect(removePinException("revision: a\nclusters:\n  x: { revision: b }\n# end\n", "x")).toBe("revision: a\n# end\n");
  expect(removePinException("clusters:\n  x: { revision: b }\n", "x")).toBeUndefined();
  expect(removePinRevision("revision: a\nreason: b\n")).toBeUndefined();
});

test.each(["revision: [", "- a\n", "just text", "a: 1\na: 2\n"])("%j is not edited", (text) => {
  expect(() => setPinRevision(text, { revision: "abc" })).toThrow(expect.objectContaining({ code: "FLEET_FILE_NOT_EDITABLE" }));
});

test("a new cluster's file reads back as it was given", () => {
  const form = {
    id: "a".repeat(26),
    project: "shop",
    labels: { region: "eu", release: "1.10", "example.com/zone": "on" },
    values: { replicas: 3 },
  };
  expect(parseFleetFile("clusters/eu-1.yaml", newClusterFile(form))).toMatchObject({ kind: "object", object: { form } });
});

test("labels change line by line", () => {
  const text = "id: x # made by enrolment\nlabels: # all\n  a: b # keep\n  c: d\n";
  expect(setClusterLabels(text, { a: "b", e: "f" }, { a: "b", c: "d" })).toBe(
    "id: x # made by enrolment\nlabels: # all\n  a: b # keep\n  e: f\n",
  );
  expect(setClusterLabels(text, {}, { a: "b", c: "d" })).toBe("id: x # made by enrolment\n");
});

const name = fc.stringMatching(/^[a-z]([-a-z0-9]{0,8}[a-z0-9])?$/);
const word = fc.oneof(fc.stringMatching(/^[0-9a-f]{1,40}$/), fc.string({ minLength: 1, maxLength: 40 }));
const layout = fc.record({
  revision: fc.option(word),
  exceptions: fc.dictionary(name, word, { maxKeys: 4 }),
  comment: fc.stringMatching(/^[ -~]{0,20}$/),
  indent: fc.constantFrom(2, 3, 4),
  braces: fc.boolean(),
});

/** A pin's file with comments in every place, in several layouts. */
function pinText({
  revision,
  exceptions,
  comment,
  indent,
  braces,
}: typeof layout extends fc.Arbitrary<infer Layout> ? Layout : never): string {
  const lines = [`# ${comment}`];
  if (revision !== null) lines.push(`revision: ${JSON.stringify(revision)} # ${comment}`);
  if (Object.keys(exceptions).length > 0) lines.push(`clusters: # ${comment}`);
  for (const [cluster, revisionThere] of Object.entries(exceptions)) {
    const pad = " ".repeat(indent);
    const value = JSON.stringify(revisionThere);
    lines.push(`${pad}# ${comment}`);
    if (braces) lines.push(`${pad}${cluster}: { revision: ${value} } # ${comment}`);
    else lines.push(`${pad}${cluster}:`, `${pad}${pad}revision: ${value} # ${comment}`);
  }
  return `${lines.join("\n")}\n# ${comment}\n`;
}

test("an edit means what was asked and keeps every other line", () => {
  fc.assert(
    fc.property(layout, fc.option(name), word, (file, cluster, revision) => {
      const before = pinText(file);
      const after = cluster === null ? setPinRevision(before, { revision }) : setPinException(before, cluster, { revision });

      const value = (parse(before) ?? {}) as { clusters?: object };
      const wanted = cluster === null ? { ...value, revision } : { ...value, clusters: { ...value.clusters, [cluster]: { revision } } };
      expect(parse(after)).toEqual(wanted);
      const changed = diff(before, after);
      expect(changed.filter((line) => line.startsWith("-")).length).toBeLessThanOrEqual(1);
      expect(changed.filter((line) => line.startsWith("+")).length).toBeLessThanOrEqual(3);
    }),
    { numRuns: 500 },
  );
});

test.each([
  { name: "no file", text: undefined, want: "revisions:\n  - revision: abc\n    reason: it crashes\n" },
  {
    name: "a file with comments",
    text: "# bad ones\nrevisions:\n  - { revision: old, reason: no } # 2026\n",
    want: "# bad ones\nrevisions:\n  - { revision: old, reason: no } # 2026\n  - revision: abc\n    reason: it crashes\n",
  },
  { name: "an empty list", text: "revisions: []\n", want: "revisions: [ { revision: abc, reason: it crashes } ]\n" },
])("a revision is quarantined in $name", ({ text, want }) => {
  expect(quarantineRevision(text, "abc", "it crashes")).toBe(want);
});

test("a quarantine is lifted with its entry alone, and the file goes with the last one", () => {
  const two = "# bad ones\nrevisions:\n  - revision: abc\n    reason: it crashes\n  - revision: def # why\n    reason: slow\n";
  const one = releaseRevision(two, (revision) => revision === "abc");
  expect(one).toBe("# bad ones\nrevisions:\n  - revision: def # why\n    reason: slow\n");
  expect(releaseRevision(one ?? "", (revision) => revision === "ghi")).toBe(one);
  expect(releaseRevision(one ?? "", (revision) => revision === "def")).toBeUndefined();
});

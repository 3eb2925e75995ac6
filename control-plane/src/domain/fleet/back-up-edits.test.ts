import { expect, test } from "vitest";
import { backUpEdits, type Exceptions } from "./back-up-edits.ts";
import type { Standing } from "./decide-promotion.ts";

const [one, two, three] = ["1".repeat(40), "2".repeat(40), "3".repeat(40)] as const;
const standing: Standing = {
  application: "web",
  environment: "production",
  pinned: two,
  current: two,
  isTracked: false,
  quarantine: undefined,
};
const rolledBack = {
  application: "web",
  environment: "production",
  revision: two,
  returnsTo: one,
  reason: "it crashes",
  scope: "Environment",
  clusters: [],
} as const;

const shown = (
  over: Partial<Standing>,
  of: Partial<Parameters<typeof backUpEdits>[0]> = {},
  exceptions: Exceptions = new Map(),
): string[] =>
  backUpEdits({ ...rolledBack, ...of }, { ...standing, ...over }, exceptions).map((edit) =>
    edit.kind === "set-pin" || edit.kind === "set-exception"
      ? `${edit.kind} ${edit.revision[0]} where it is ${edit.before?.revision?.slice(0, 7) ?? "absent"}`
      : edit.kind,
  );

test.each([
  { name: "the pin goes back", standing: {}, want: ["set-pin 1 where it is 2222222", "quarantine"] },
  {
    name: "a short pin goes back",
    standing: { pinned: "2222222", current: undefined },
    want: ["set-pin 1 where it is 2222222", "quarantine"],
  },
  { name: "a tag that names it goes back", standing: { pinned: "v2" }, want: ["set-pin 1 where it is v2", "quarantine"] },
  { name: "a pin holds what followed a branch", standing: { pinned: undefined }, want: ["set-pin 1 where it is absent", "quarantine"] },
  { name: "what a person moved meanwhile stays", standing: { pinned: three, current: three }, want: ["quarantine"] },
  { name: "a branch that went on stays followed", standing: { pinned: undefined, current: three }, want: ["quarantine"] },
  { name: "a pin that is gone stays away", standing: { pinned: undefined, current: undefined }, want: ["quarantine"] },
])("$name", ({ standing: over, want }) => expect(shown(over)).toEqual(want));

test("a tag that cannot be looked up is tried again", () => {
  expect(() => shown({ pinned: "v2", current: undefined })).toThrow(expect.objectContaining({ code: "PIN_NOT_RESOLVED" }));
});

test("exceptions that still name it go back; those that return to what the environment has are taken out", () => {
  const clusters = [
    { name: "a", returnsTo: one },
    { name: "b", returnsTo: three },
    { name: "c", returnsTo: one },
    { name: "d", returnsTo: undefined },
  ];
  const exceptions = new Map([
    ["a", two],
    ["b", two],
    ["c", three],
    ["d", two],
  ]);
  expect(shown({ pinned: one, current: one }, { scope: "Clusters", clusters }, exceptions)).toEqual([
    "remove-exception",
    "set-exception 3 where it is 2222222",
    "quarantine",
  ]);
});

import type { Placement, Release } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { revisionChoices, revisionOf, subjectOf } from "./revision-choices.ts";

const commit = (letter: string): string => letter.repeat(40);
const release = (number: number, revision: string): Release =>
  ({ name: `web-${number}`, revision, message: `Version ${number}\n\nMore words` }) as never as Release;
const placement = (head?: string): Placement => ({ head }) as never as Placement;

test("the newest commit comes first as long as it is no release", () => {
  const releases = [release(2, commit("b")), release(1, commit("a"))];
  expect(revisionChoices(releases, [placement(commit("c")), placement(commit("c")), placement()])).toEqual([
    { label: "ccccccc · newest commit, no release yet", revision: commit("c") },
    { label: "web-2 · bbbbbbb · Version 2", revision: commit("b") },
    { label: "web-1 · aaaaaaa · Version 1", revision: commit("a") },
  ]);
  expect(revisionChoices(releases, [placement(commit("b"))])).toHaveLength(2);
});

test("a choice's words stand for its revision, other words for themselves", () => {
  const choices = revisionChoices([release(1, commit("a"))], []);
  expect(revisionOf(choices, "web-1 · aaaaaaa · Version 1")).toBe(commit("a"));
  expect(revisionOf(choices, " main ")).toBe("main");
});

test("a message's subject is its first line", () => {
  expect(subjectOf("one\ntwo")).toBe("one");
});

import type { WhyLink } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { type Cause, causesOf } from "./causes.ts";

const link = (kind: string, parent?: number): WhyLink => ({ kind, ...(parent === undefined ? {} : { parent }) }) as never as WhyLink;
const words = (causes: readonly Cause[]): readonly unknown[] => causes.map(({ link: { kind }, causes: below }) => [kind, ...words(below)]);

test("links that name a parent stand below it, the others side by side", () =>
  expect(words(causesOf([link("Halted"), link("eu-1", 0), link("CrashLoopBackOff", 1), link("eu-2", 0), link("Frozen")]))).toEqual([
    ["Halted", ["eu-1", ["CrashLoopBackOff"]], ["eu-2"]],
    ["Frozen"],
  ]));

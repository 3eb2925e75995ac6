import { parseInstant } from "@drover/kit";
import { expect, test } from "vitest";
import { judgeFreezes, type NamedFreeze } from "./judge-freezes.ts";

const place = { project: "shop", environment: "production", application: "web" };
const at = (text: string) => parseInstant(text)!;
const christmas: NamedFreeze = { name: "christmas", form: { reason: "rest", from: "2026-12-23T00:00:00Z", until: "2027-01-02T00:00:00Z" } };

test.each([
  { name: "before it begins", now: "2026-12-22T23:59:59Z", holds: undefined, changesAt: "2026-12-23T00:00:00Z" },
  { name: "when it begins", now: "2026-12-23T00:00:00Z", holds: "christmas", changesAt: "2027-01-02T00:00:00Z" },
  { name: "just before it ends", now: "2027-01-01T23:59:59Z", holds: "christmas", changesAt: "2027-01-02T00:00:00Z" },
  { name: "when it has ended", now: "2027-01-02T00:00:00Z", holds: undefined, changesAt: undefined },
])("$name", ({ now, holds, changesAt }) => {
  const verdict = judgeFreezes([christmas], place, at(now));
  expect(verdict.freeze?.name).toBe(holds);
  expect(verdict.changesAt).toBe(changesAt && at(changesAt));
});

test.each([
  { name: "no list is everything", form: {}, holds: true },
  { name: "its project", form: { projects: ["shop"] }, holds: true },
  { name: "another project", form: { projects: ["bank"] }, holds: false },
  { name: "its environment of every project", form: { environments: ["staging", "production"] }, holds: true },
  { name: "all lists together", form: { projects: ["shop"], environments: ["staging"] }, holds: false },
  { name: "another application", form: { environments: ["production"], applications: ["api"] }, holds: false },
])("$name", ({ form, holds }) => {
  const verdict = judgeFreezes([{ name: "one", form: { reason: "rest", ...form } }], place, at("2026-06-01T00:00:00Z"));
  expect(verdict.freeze !== undefined).toBe(holds);
  expect(verdict.changesAt).toBeUndefined();
});

test("of several the one that lasts longest is shown, and the first end is when to look again", () => {
  const until = (name: string, text: string | undefined): NamedFreeze => ({ name, form: { reason: "rest", ...(text && { until: text }) } });
  const [short, long, endless] = [
    until("short", "2026-07-01T00:00:00Z"),
    until("long", "2026-08-01T00:00:00Z"),
    until("endless", undefined),
  ];
  expect(judgeFreezes([short, long], place, at("2026-06-01T00:00:00Z"))).toMatchObject({
    freeze: { name: "long" },
    changesAt: at("2026-07-01T00:00:00Z"),
  });
  expect(judgeFreezes([short, endless, long], place, at("2026-06-01T00:00:00Z")).freeze?.name).toBe("endless");
});

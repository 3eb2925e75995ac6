import { expect, test } from "vitest";
import { factsOf } from "./record-views.ts";

test("facts are told without what is not so, and what the subject says already", () => {
  const body = { cluster: "vvf2", application: "web", reason: null, generation: 2, because: { kind: "Asked" } };
  expect(factsOf(body, "clusters/vvf2")).toBe('application=web generation=2 because={"kind":"Asked"}');
});

test("times inside a fact are shown as times, what is null not at all, and what is large by its beginning", () => {
  const holds = [{ kind: "Soaking", until: Date.UTC(2026, 10, 21, 13), gate: null }];
  expect(factsOf({ holds })).toBe('holds=[{"kind":"Soaking","until":"2026-11-21T13:00:00.000Z"}]');
  expect(factsOf({ at: Date.UTC(2026, 10, 21, 13), failed: 3 })).toBe("at=2026-11-21T13:00:00.000Z failed=3");
  expect(factsOf({ clusters: Array.from({ length: 900 }, () => "eu-1") })).toMatch(/^clusters=\["eu-1",.{111}…$/);
});

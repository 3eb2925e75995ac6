import { expect, test } from "vitest";
import { factsOf } from "./record-views.ts";

test("facts are told without what is not so, and what the subject says already", () => {
  const body = { cluster: "vvf2", application: "web", reason: null, generation: 2, because: { kind: "Asked" } };
  expect(factsOf(body, "clusters/vvf2")).toBe('application=web generation=2 because={"kind":"Asked"}');
});

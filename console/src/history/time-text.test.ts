import { expect, test } from "vitest";
import { fromLocalInput, instantIn, toLocalInput } from "./time-text.ts";

test("a time comes back from the field as it went in, whatever the zone", () => {
  const instant = "2026-11-21T08:15:00.000Z";
  expect(fromLocalInput(toLocalInput(instant))).toBe(instant);
});

test("nonsense is no time", () => {
  expect(fromLocalInput("")).toBeUndefined();
  expect(instantIn("yesterday-ish")).toBeUndefined();
  expect(instantIn("2026-11-21T08:15:00Z")).toBe("2026-11-21T08:15:00.000Z");
});

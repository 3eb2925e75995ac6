import { expect, test } from "vitest";
import { parseGoal } from "./goal.ts";

test.each([
  { goal: "phase=Completed", item: { phase: "Completed" }, want: "met" },
  { goal: "phase=completed", item: { phase: "Completed" }, want: "met" },
  { goal: "phase=Completed", item: { phase: "Running" }, want: "not-yet" },
  { goal: "phase=Completed", item: { phase: "Aborted" }, want: "impossible" },
  { goal: "condition=Healthy", item: { state: "Connected", health: "Healthy" }, want: "met" },
  { goal: "condition=Connected", item: { state: "Pending" }, want: "not-yet" },
  { goal: "condition=Connected", item: undefined, want: "not-yet" },
  { goal: "jsonpath={.summary.proven}=3", item: { summary: { proven: 3 } }, want: "met" },
  { goal: "delete", item: { phase: "Running" }, want: "not-yet" },
  { goal: "delete", item: undefined, want: "met" },
])("$goal of $item", ({ goal, item, want }) => expect(parseGoal(goal)(item).kind).toBe(want));

test.each(["", "Completed", "=a", "phase="])("%j is no goal", (text) => {
  expect(() => parseGoal(text)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
});

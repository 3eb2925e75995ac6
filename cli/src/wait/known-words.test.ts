import { expect, test } from "vitest";
import { resourceNamed } from "../resources/table.ts";
import { refuseUnknownWord } from "./known-words.ts";

const refuse =
  (goal: string, kind: string, judgesPlaces = false) =>
  () =>
    refuseUnknownWord(goal, resourceNamed(kind), judgesPlaces);

test.each(["condition=healthy", "condition=Synced", "health=Degraded", "delete", "jsonpath={.summary.proven}=3"])(
  "of a place: %s may come",
  (goal) => expect(refuse(goal, "application", true)).not.toThrow(),
);

test.each(["condition=Completed", "phase=aborted", "kind=Rollback"])("of a rollout: %s may come", (goal) =>
  expect(refuse(goal, "rollout")).not.toThrow(),
);

test.each([
  {
    goal: "condition=Ready",
    kind: "application",
    places: true,
    says: 'an application in an environment is never "Ready": choose one of Healthy',
  },
  { goal: "condition=Healthy", kind: "cluster", places: false, says: 'a cluster is never "Healthy": choose one of Pending, Connected' },
  { goal: "phase=Done", kind: "rollout", places: false, says: 'a rollout is never "Done": choose one of ' },
  { goal: "condition=Healthy", kind: "release", places: false, says: "a release has no conditions" },
])("$goal of $kind never comes", ({ goal, kind, places, says }) => expect(refuse(goal, kind, places)).toThrow(says));

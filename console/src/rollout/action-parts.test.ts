import { expect, test } from "vitest";
import { actionParts } from "./action-parts.ts";

test.each([
  { action: "drover rollout approve r1 --gate g", want: ["[drover rollout approve r1 --gate g]"] },
  {
    action: "drover rollback web --environment e, or go on all the same: drover rollout resume r1 --accept-failures 1",
    want: ["[drover rollback web --environment e]", ", or go on all the same: ", "[drover rollout resume r1 --accept-failures 1]"],
  },
  { action: "look at its logs: kubectl -n shop logs deploy/web", want: ["look at its logs: ", "[kubectl -n shop logs deploy/web]"] },
  { action: "wait", want: ["wait"] },
])("$action", ({ action, want }) =>
  expect(actionParts(action).map(({ kind, text }) => (kind === "command" ? `[${text}]` : text))).toEqual(want),
);

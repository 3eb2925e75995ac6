import { validateFleet } from "@drover/proto/fleet";
import { expect, test } from "vitest";
import { planFleet } from "../clusters/fleet-plan.ts";
import type { Changes } from "./checkout.ts";
import { fleetFiles, trackHead } from "./fleet-repository.ts";

/** With clusters and pins as Drover adds them. */
function problemsOf(changes: Changes): readonly string[] {
  const clusters = planFleet(6, 0).map(({ name, labels }, index) => {
    const id = "abcdef".charAt(index).repeat(26);
    return [`clusters/${name}.yaml`, `id: ${id}\nlabels: ${JSON.stringify(labels)}\n`] as const;
  });
  const files = { ...fleetFiles("http://127.0.0.1:3000/web.git"), ...Object.fromEntries(clusters), ...changes };
  const present = Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return validateFleet(new Map(present)).problems.map(({ path, line, message }) => `${path}:${line} ${message}`);
}

test("is a fleet repository without a fault, before and after staging follows the branch", () => {
  expect(problemsOf({ "pins/staging/web.yaml": "revision: abc\n" })).toEqual([]);
  expect(problemsOf(trackHead)).toEqual([]);
});

import { expect, test } from "vitest";
import type { FleetChange } from "../fleet/project-commit.ts";
import { restrictionsChanged } from "./restrictions-changed.ts";

const windows = [{ kind: "deny" as const, schedule: "0 0 * * *", duration: "1h" }];
const application = (project?: string): FleetChange["before"] => ({
  source: { repository: "https://git.example/web" },
  ...(project && { project }),
});

test.each<{ name: string; change: FleetChange; changed: boolean }>([
  { name: "a freeze that begins", change: { kind: "Freeze", name: "f", before: undefined, after: { reason: "rest" } }, changed: true },
  { name: "a freeze that goes", change: { kind: "Freeze", name: "f", before: { reason: "rest" }, after: undefined }, changed: true },
  { name: "windows of a project", change: { kind: "Project", name: "p", before: {}, after: { windows } }, changed: true },
  {
    name: "another key of a project",
    change: { kind: "Project", name: "p", before: { windows }, after: { windows, description: "x" } },
    changed: false,
  },
  {
    name: "a new environment without windows",
    change: { kind: "Environment", name: "e", before: undefined, after: { clusterSelector: {} } },
    changed: false,
  },
  {
    name: "an application that moves to another project",
    change: { kind: "Application", name: "a", before: application(), after: application("shop") },
    changed: true,
  },
  {
    name: "a revision that is quarantined",
    change: { kind: "Quarantine", name: "a", before: undefined, after: { revisions: [{ revision: "v1", reason: "it leaks" }] } },
    changed: true,
  },
  { name: "a pin", change: { kind: "Pin", name: "e/a", before: undefined, after: { revision: "v1" } }, changed: false },
])("$name: $changed", ({ change, changed }) => expect(restrictionsChanged([change])).toBe(changed));

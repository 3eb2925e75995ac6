import type { FleetForms, FleetKind } from "@drover/proto/fleet";
import { expect, test } from "vitest";
import type { FleetChange, ProjectedFile } from "../fleet/project-commit.ts";
import { affectedPromotions } from "./affected-promotions.ts";

const file = <Kind extends FleetKind>(kind: Kind, name: string, form: FleetForms[Kind]): ProjectedFile => ({
  kind,
  name,
  path: name,
  blob: "b",
  form,
  problem: undefined,
});
const source = { repository: "https://git.example/web" };
const rule = { from: "staging", to: "production", soakTime: "1h" };
const fleet = [
  file("Project", "default", { autoPromotion: [rule] }),
  file("Project", "shop", { autoPromotion: [{ ...rule, applications: ["cart"] }] }),
  file("Application", "web", { source }),
  file("Application", "cart", { source, project: "shop" }),
  file("Application", "stock", { source, project: "shop" }),
];

test.each<{ kind: FleetKind; name: string; keys: readonly string[] }>([
  { kind: "Project", name: "shop", keys: ["cart production"] },
  { kind: "Pin", name: "production/web", keys: ["web production"] },
  { kind: "Pin", name: "staging/web", keys: [] },
  { kind: "Environment", name: "production", keys: ["web production", "cart production"] },
  { kind: "Quarantine", name: "cart", keys: ["cart production"] },
  { kind: "Application", name: "stock", keys: [] },
  { kind: "Freeze", name: "launch", keys: ["web production", "cart production"] },
  { kind: "Cluster", name: "eu-1", keys: [] },
])("a change of $kind $name asks for $keys", ({ kind, name, keys }) => {
  const change: FleetChange = { kind, name, before: undefined, after: undefined };
  expect(affectedPromotions(fleet, [change])).toEqual(keys);
});

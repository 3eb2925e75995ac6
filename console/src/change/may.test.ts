import type { Identity } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { whyNot } from "./may.ts";

const viewer: Identity = { actor: "users/ada", role: "viewer", permissions: ["fleet.read"], approves: ["production"], overrides: [] };

test.each([
  { name: "a role's permission holds everywhere", wish: { permission: "fleet.read" }, want: undefined },
  {
    name: "a role without the permission is named",
    wish: { permission: "promotion.create" },
    want: "your role, viewer, lacks the permission promotion.create",
  },
  { name: "a grant holds in its environment", wish: { permission: "gate.approve", environment: "production" }, want: undefined },
  {
    name: "a grant holds nowhere else",
    wish: { permission: "gate.approve", environment: "staging" },
    want: "your token is not granted gate.approve in staging",
  },
  {
    name: "a grant that lists nothing",
    wish: { permission: "restriction.override", environment: "production" },
    want: "your token is not granted restriction.override in production",
  },
] as const)("$name", ({ wish, want }) => expect(whyNot(viewer, wish)).toBe(want));

test("a star grants everywhere", () =>
  expect(whyNot({ ...viewer, overrides: ["*"] }, { permission: "restriction.override" })).toBeUndefined());

test("before the server has said who it is, nobody may", () =>
  expect(whyNot(undefined, { permission: "fleet.read" })).toBe("it is not known yet what your token may do"));

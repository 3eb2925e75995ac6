import { expect, test } from "vitest";
import { authorise, authoriseIn, mayIn } from "./authorise.ts";
import type { Caller } from "./caller.ts";

const caller = (role: Caller["role"], grants: Pick<Caller, "approves" | "overrides"> = {}): Caller => ({
  actor: "users/ada",
  role,
  requestId: "r",
  traceparent: undefined,
  ...grants,
});

test.each([
  { name: "an admin may everywhere", who: caller("admin"), environment: "production", may: true },
  { name: "an operator may nowhere by its role", who: caller("operator"), environment: "production", may: false },
  { name: "a grant counts in its environment", who: caller("viewer", { approves: ["production"] }), environment: "production", may: true },
  { name: "and in no other", who: caller("viewer", { approves: ["staging"] }), environment: "production", may: false },
  { name: "nor in all at once", who: caller("viewer", { approves: ["staging"] }), environment: "*", may: false },
  { name: "a star counts in all of them", who: caller("viewer", { approves: ["*"] }), environment: "*", may: true },
  { name: "an override is no approval", who: caller("viewer", { overrides: ["*"] }), environment: "production", may: false },
])("$name", ({ who, environment, may }) => {
  expect(mayIn(who, "approves", environment)).toBe(may);
  const refusal = refusalOf(() => authoriseIn(who, "approves", environment));
  expect((refusal as { code?: string } | undefined)?.code).toBe(may ? undefined : "PERMISSION_DENIED");
});

test("a grant somewhere lets a call through the gate, where its environment is asked for", () => {
  expect(refusalOf(() => authorise(caller("viewer", { approves: ["staging"] }), "gate.approve"))).toBeUndefined();
  expect(refusalOf(() => authorise(caller("viewer"), "gate.approve"))).toMatchObject({ code: "PERMISSION_DENIED" });
});

function refusalOf(ask: () => void): unknown {
  try {
    ask();
    return undefined;
  } catch (error) {
    return error;
  }
}

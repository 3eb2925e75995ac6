import { expect, test } from "vitest";
import { createRenewedPlans } from "./renewed-plans.ts";

test("each connection's plans are old again and again, after as many uses of its own", () => {
  const plans = createRenewedPlans();
  const [one, other] = [{}, {}];
  const old = (connection: object, uses: number) =>
    Array.from({ length: uses }, () => plans.areOld(connection)).flatMap((is, index) => (is ? [index + 1] : []));
  expect(old(one, 40)).toEqual([16, 32]);
  expect(old(other, 20)).toEqual([16]);
  expect(old(one, 10)).toEqual([8]);
});

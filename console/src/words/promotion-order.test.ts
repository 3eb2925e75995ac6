import { expect, test } from "vitest";
import { inPromotionOrder } from "./promotion-order.ts";

const environment = (name: string, ...promotesFrom: string[]) =>
  ({ name, spec: { promotesFrom } }) as never as { name: string; spec: never };

test.each([
  { name: "a chain, whatever the names", given: [environment("a", "z"), environment("m", "a"), environment("z")], want: ["z", "a", "m"] },
  { name: "names where nothing else decides", given: [environment("b"), environment("a")], want: ["a", "b"] },
  { name: "a circle", given: [environment("a", "b"), environment("b", "a")], want: ["a", "b"] },
  { name: "an environment that is not there", given: [environment("b", "gone"), environment("a")], want: ["a", "b"] },
])("orders $name", ({ given, want }) => expect(inPromotionOrder(given).map(({ name }) => name)).toEqual(want));

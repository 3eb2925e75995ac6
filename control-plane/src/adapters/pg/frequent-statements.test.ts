import { expect, test } from "vitest";
import { createFrequentStatements } from "./frequent-statements.ts";

const asked = (text: string) => ({ family: "clusters-list", text, values: [] });

test("a text is prepared when it comes the third time, under one name of its own", () => {
  const { named } = createFrequentStatements();
  expect([1, 2, 3, 4].map(() => named(asked("select a")).name)).toEqual([undefined, undefined, "clusters-list-0", "clusters-list-0"]);
  expect([1, 2, 3].map(() => named(asked("select b")).name)).toEqual([undefined, undefined, "clusters-list-1"]);
});

test("a statement without a family stays as it is", () => {
  const statement = { name: "clusters-get", text: "select a" };
  expect(createFrequentStatements().named(statement)).toEqual(statement);
});

test("however many texts come, no more than a hundred are prepared", () => {
  const { named } = createFrequentStatements();
  const names = Array.from({ length: 300 }, (_, index) => [1, 2, 3].map(() => named(asked(`select ${index}`)).name)[2]);
  expect(names.filter((name) => name !== undefined)).toHaveLength(100);
  expect(named(asked("select 7")).name).toBe("clusters-list-7");
});

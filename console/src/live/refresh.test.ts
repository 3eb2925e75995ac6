import { expect, test } from "vitest";
import { createRefresh } from "./refresh.ts";
import type { Stale } from "./topics.ts";

function begin(seen: () => Promise<void> = async () => {}) {
  const asked: (readonly Stale[])[] = [];
  let answer = (): void => {};
  const requery = (stale: readonly Stale[]): Promise<void> => {
    asked.push(stale);
    return new Promise((resolve) => (answer = resolve));
  };
  return { asked, answer: () => answer(), refresh: createRefresh({ seen, requery, rest: async () => {} }) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("what comes while a round is under way is one more round", async () => {
  const { asked, answer, refresh } = begin();
  refresh(["rollouts"]);
  await settled();
  refresh(["rollouts", "gates"]);
  refresh(["gates", "clusters/c1"]);
  await settled();
  expect(asked).toEqual([["rollouts"]]);
  answer();
  await settled();
  expect(asked).toEqual([["rollouts"], ["rollouts", "gates", "clusters/c1"]]);
});

test("many clusters of a round are the whole list", async () => {
  const { asked, refresh } = begin();
  refresh(Array.from({ length: 41 }, (_, index) => `clusters/c${index}` as const));
  await settled();
  expect(asked).toEqual([["clusters"]]);
});

test("nothing is asked while nobody looks, and then once", async () => {
  let look = (): void => {};
  const { asked, refresh } = begin(() => new Promise((resolve) => (look = resolve)));
  refresh(["rollouts"]);
  refresh(["gates"]);
  await settled();
  expect(asked).toEqual([]);
  look();
  await settled();
  expect(asked).toEqual([["rollouts", "gates"]]);
});

test("a round that fails is not the last", async () => {
  let rounds = 0;
  const requery = async (): Promise<void> => {
    rounds += 1;
    throw new Error("the answer makes no sense");
  };
  const refresh = createRefresh({ seen: async () => {}, requery, rest: async () => {} });
  refresh(["rollouts"]);
  await settled();
  refresh(["rollouts"]);
  await settled();
  expect(rounds).toBe(2);
});

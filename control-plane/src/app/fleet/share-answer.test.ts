import { type Instant, instant } from "@drover/kit";
import { expect, test } from "vitest";
import { shareAnswer } from "./share-answer.ts";

/** Answers are 1, 2, 3 …; time passes when it is told to. */
function counter(fails: () => boolean = () => false) {
  let now = 0;
  let asked = 0;
  const sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  const clock = {
    now: (): Instant => instant(now),
    sleep: (ms: number) => new Promise<void>((wake) => void sleepers.push({ until: now + ms, wake })),
  };
  const answer = shareAnswer(async () => (fails() ? Promise.reject(new Error(`failed ${++asked}`)) : ++asked), 500, clock);
  const at = async (ms: number): Promise<void> => {
    now = ms;
    for (const { until, wake } of sleepers) if (until <= now) wake();
    await settled();
  };
  return { answer, at, asked: () => asked };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("those who ask within the time share one answer, later ones get another", async () => {
  const { answer, at } = counter();
  expect(await answer()).toBe(1);
  await at(499);
  expect(await Promise.all([answer(), answer()])).toEqual([1, 1]);
  await at(1100);
  expect(await answer()).toBe(2);
});

test("while they keep coming it is asked again in time, and nobody waits", async () => {
  const { answer, at, asked } = counter();
  expect(await Promise.all([answer(), answer()])).toEqual([1, 1]);
  for (const [ms, want] of [
    [100, 1],
    [250, 2],
    [499, 2],
    [500, 3],
    [749, 3],
    [750, 4],
  ] as const) {
    await at(ms);
    const before = asked();
    expect(await answer()).toBe(want);
    expect(asked()).toBe(before);
  }
});

test("for one alone it is not asked again", async () => {
  const { answer, at, asked } = counter();
  await answer();
  await at(10_000);
  expect(asked()).toBe(1);
});

test("a clock that goes back makes nothing older than it may be", async () => {
  const { answer, at } = counter();
  await at(1000);
  await answer();
  await at(100);
  expect(await answer()).toBe(2);
});

test("a failure is not kept", async () => {
  let broken = true;
  const { answer } = counter(() => broken);
  await expect(Promise.all([answer(), answer()])).rejects.toThrow("failed 1");
  broken = false;
  expect(await answer()).toBe(2);
});

test("a failure to ask again takes nothing from those who have an answer", async () => {
  let broken = false;
  const { answer, at } = counter(() => broken);
  expect(await Promise.all([answer(), answer()])).toEqual([1, 1]);
  broken = true;
  await at(300);
  expect(await answer()).toBe(1);
  broken = false;
  await at(600);
  expect(await answer()).toBe(3);
});

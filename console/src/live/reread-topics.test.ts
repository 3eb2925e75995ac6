import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, onTestFinished, test } from "vitest";
import { rereadTopics } from "./reread-topics.ts";

/** A query that somebody looks at, whose answers come when the test says, as they were when they were asked for. */
function looking() {
  const queries = new QueryClient();
  let now = "before";
  const answers: (() => void)[] = [];
  const observer = new QueryObserver(queries, {
    queryKey: ["rollout", "r1"],
    retry: false,
    queryFn: () => {
      const read = now;
      return new Promise<string>((resolve) => answers.push(() => resolve(read)));
    },
  });
  onTestFinished(observer.subscribe(() => {}));
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  return {
    queries,
    asked: () => answers.length,
    happens: () => void (now = "after"),
    answer: async (index: number) => (answers[index]?.(), await settled()),
    shown: () => observer.getCurrentResult().data,
  };
}

test("what happens while the first answer is on its way is read once that has come", async () => {
  const { queries, asked, happens, answer, shown } = looking();
  expect(asked()).toBe(1);
  happens();
  const reread = rereadTopics(queries, ["rollout"]);
  await answer(0);
  expect([shown(), asked()]).toEqual(["before", 2]);
  await answer(1);
  await reread;
  expect([shown(), asked()]).toEqual(["after", 2]);
});

test("what happens while a later answer is on its way makes that one void", async () => {
  const { queries, asked, happens, answer, shown } = looking();
  await answer(0);
  const first = rereadTopics(queries, ["rollout"]);
  happens();
  const second = rereadTopics(queries, ["rollout"]);
  expect(asked()).toBe(3);
  await answer(1);
  expect(shown()).toBe("before");
  await answer(2);
  await Promise.all([first, second]);
  expect(shown()).toBe("after");
});

test("what is not of the topic is not asked for", async () => {
  const { queries, asked, answer } = looking();
  await answer(0);
  await rereadTopics(queries, ["clusters"]);
  expect(asked()).toBe(1);
});

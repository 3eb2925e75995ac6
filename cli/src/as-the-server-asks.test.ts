import { DroverError } from "@drover/kit";
import { expect, test } from "vitest";
import { asTheServerAsks } from "./as-the-server-asks.ts";

const refusal = (status: number, code: string, retryAfterMs?: number) =>
  new DroverError(status === 429 ? "exhausted" : "unavailable", code, "the server refuses", {
    details: { status, ...(retryAfterMs && { retryAfterMs }) },
  });

async function ask(given: readonly Error[], { repeatable = true, withinMs = 5_000 } = {}) {
  const left = [...given];
  const said: string[] = [];
  const answer = asTheServerAsks(
    async () => {
      const next = left.shift();
      if (next !== undefined) throw next;
      return "answer";
    },
    { say: (line) => said.push(line), withinMs, repeatable },
  );
  return { answer: await answer.catch((error: Error) => error), said };
}

test("a server that says when to come back is asked again then, and that is told", async () => {
  const { answer, said } = await ask([refusal(429, "TOO_MANY_REQUESTS", 5), refusal(503, "DATABASE_UNAVAILABLE", 5)]);
  expect([answer, said]).toEqual(["answer", Array(2).fill("the server refuses; asking again in 1 s")]);
});

test("a change is repeated only where nothing was done", async () => {
  expect((await ask([refusal(429, "TOO_MANY_REQUESTS", 5)], { repeatable: false })).answer).toBe("answer");
  const away = refusal(503, "DATABASE_UNAVAILABLE", 5);
  expect((await ask([away], { repeatable: false })).answer).toBe(away);
});

test.each([
  { name: "a wait beyond the request's time", error: refusal(429, "TOO_MANY_REQUESTS", 60_000) },
  { name: "a cluster that is offline", error: refusal(503, "CLUSTER_OFFLINE") },
  { name: "a server that cannot be reached", error: new DroverError("unavailable", "SERVER_UNREACHABLE", "nobody answers") },
])("$name is an error at once", async ({ error }) => {
  expect(await ask([error])).toEqual({ answer: error, said: [] });
});

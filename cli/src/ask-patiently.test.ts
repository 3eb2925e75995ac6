import { DroverError } from "@drover/kit";
import { expect, test } from "vitest";
import { askPatiently } from "./ask-patiently.ts";

const away = new DroverError("unavailable", "SERVER_UNREACHABLE", "the server does not answer");
const inAMinute = () => performance.now() + 60_000;

function answers(...each: readonly (string | Error)[]): () => Promise<string> {
  const left = [...each];
  return async () => {
    const next = left.shift() ?? "nothing more";
    if (typeof next === "string") return next;
    throw next;
  };
}

test("a server that is away for a moment is asked again, and that is told once", async () => {
  const said: string[] = [];
  const ask = askPatiently(answers("first", away, away, "second"), { say: (line) => said.push(line), deadline: inAMinute() });
  expect([await ask(), await ask()]).toEqual(["first", "second"]);
  expect(said).toEqual(["the server does not answer; asking again"]);
});

test.each([
  { name: "what never answered", given: [away], error: away, deadline: inAMinute() },
  {
    name: "a refusal",
    given: ["first", new DroverError("forbidden", "PERMISSION_DENIED", "no")],
    error: { code: "PERMISSION_DENIED" },
    deadline: inAMinute(),
  },
  { name: "a server that is away when the time is over", given: ["first", away], error: away, deadline: performance.now() },
])("$name is not asked again", async ({ given, error, deadline }) => {
  const ask = askPatiently(answers(...given), { say: () => {}, deadline });
  for (let n = 1; n < given.length; n += 1) await ask();
  await expect(ask()).rejects.toMatchObject(error);
});

import { expect, test } from "vitest";
import { prefixedLines } from "./prefixed-lines.ts";

async function* pieces(...all: readonly string[]) {
  yield* all;
}
async function joined(texts: AsyncIterable<string>): Promise<string> {
  let all = "";
  for await (const text of texts) all += text;
  return all;
}
const textOf = async (...all: readonly string[]): Promise<string> => joined(prefixedLines(pieces(...all), "[web] "));

test("lines that come in pieces are put together", async () => {
  expect(await textOf("one\ntw", "o\n", "", "three")).toBe("[web] one\n[web] two\n[web] three\n");
  expect(await textOf()).toBe("");
});

test("a line without an end is not kept", async () => {
  expect((await textOf("x".repeat(100_000), "y\n")).split("\n").map(({ length }) => length)).toEqual([65_542, 34_471, 0]);
});

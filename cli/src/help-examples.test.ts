import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { helpExamples } from "./help-examples.ts";
import { run } from "./run.ts";

const nowhere = { DROVER_CONFIG: join(tmpdir(), "drover-without-contexts", "config") };

async function said(words: readonly string[]): Promise<{ readonly status: number; readonly text: string }> {
  let text = "";
  const add = (more: string) => (text += `${more}\n`);
  const status = await run(words, { env: nowhere, isTerminal: false, out: add, say: add });
  return { status, text };
}

const understood = /^(?:error: no server: |error: sign in: no token |(?:error: )?read \S+: there is no such file|KIND: )/;

const examples = Object.entries(helpExamples).flatMap(([command, lines]) => lines.map((line) => ({ command, line })));

/** Quotes hold what a shell would take for one word. */
const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].slice(1).map(([, quoted, plain]) => quoted ?? plain ?? "");

test.each(examples)("the help of $command shows a line that is understood: $line", async ({ command, line }) => {
  expect((await said([...command.split(" "), "--help"])).text).toContain(`\nExamples:\n  drover ${command.split(" ")[0]}`);
  // Without a server it comes as far as asking for one, or for a file of the example's.
  expect((await said(wordsOf(line))).text).toMatch(understood);
});

test("a command that stands without `rollout` too has the same help, and the same exit status where it is not understood", async () => {
  expect((await said(["pause"])).status).toBe(2);
  expect((await said(["suspend", "--help"])).status).toBe(0);
});

test("a default of nothing is not told", async () => {
  expect((await said(["logs", "--help"])).text).not.toMatch(/default: (?:false|\[\])/);
  expect((await said(["diff", "--help"])).text).not.toContain("default: []");
});

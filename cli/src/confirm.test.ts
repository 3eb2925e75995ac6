import { expect, test } from "vitest";
import type { Cli } from "./cli.ts";
import { confirm } from "./confirm.ts";

const asked = (answer: string | undefined) => {
  const said: string[] = [];
  const ask = answer === undefined ? {} : { ask: (question: string) => Promise.resolve((said.push(question), answer)) };
  const cli: Cli = { env: {}, out: () => {}, say: (line) => said.push(line), isTerminal: false, setExitCode: () => {}, ...ask };
  return { cli, said };
};
const revoke = { what: "revoke cluster/eu-1", consequences: ["its agent is cut off"] };

test("what will happen is named, and y lets it", async () => {
  const { cli, said } = asked("Y");
  await confirm(cli, revoke);
  expect(said).toEqual(["its agent is cut off", "Go on? [y/N] "]);
});

test("--yes names it all the same, and asks nobody", async () => {
  const { cli, said } = asked(undefined);
  await confirm(cli, { ...revoke, yes: true });
  expect(said).toEqual(["its agent is cut off"]);
});

test.each([
  { name: "where nobody can be asked", answer: undefined, typed: undefined },
  { name: "without an answer", answer: "", typed: undefined },
  { name: "when something else is typed", answer: "y", typed: "eu-1" },
])("refused $name", async ({ answer, typed }) => {
  const { cli } = asked(answer);
  await expect(confirm(cli, { ...revoke, ...(typed && { typed }) })).rejects.toMatchObject({ code: "NOT_CONFIRMED" });
});

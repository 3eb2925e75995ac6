import { expect, test } from "vitest";
import type { Cli } from "../cli.ts";
import { createProgram } from "../program.ts";
import { complete, type Lookup } from "./complete.ts";

const cli: Cli = { env: {}, out: () => {}, say: () => {}, isTerminal: false, setExitCode: () => {} };
const lookup: Lookup = (what) =>
  Promise.resolve(
    what === "path" ? "files" : what === "environment" ? [{ value: "production" }, { value: "staging" }] : [{ value: `a-${what}` }],
  );

async function candidates(...words: readonly string[]): Promise<unknown> {
  const found = await complete(await createProgram(cli, words), words, lookup);
  return found === "files" ? found : found.map(({ value }) => value);
}

test.each([
  { words: ["roll"], want: ["rollback", "rollout"] },
  { words: ["rollout", "st"], want: ["status"] },
  { words: ["rollout", "status", ""], want: ["a-rollout"] },
  { words: ["rollout", "status", "--env"], want: ["--environment"] },
  { words: ["rollout", "status", "web", "-e", ""], want: ["production", "staging"] },
  { words: ["rollout", "status", "web", "--environment=st"], want: ["--environment=staging"] },
  { words: ["token", "create", "--role", "o"], want: ["operator"] },
  { words: ["get", "--context", "lab", ""], want: ["a-resource"] },
  { words: ["get", "clusters", ""], want: ["a-names"] },
  { words: ["validate", ""], want: "files" },
  { words: ["completion", "z"], want: ["zsh"] },
  { words: ["compl"], want: ["completion"] },
  { words: ["nosuch", "x"], want: [] },
])("$words", async ({ words, want }) => expect(await candidates(...words)).toEqual(want));

import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { completionScripts, type Shell, shells } from "./scripts.ts";

// Only bash is sure to be on a machine: there it really completes, in cli-commands.test.ts. What each other shell makes of its script is asked
// of the shell where there is one; the test's name says where there is none.

/** Reads a script from standard input without running it. */
const readOnly = {
  bash: ["bash", "-n"],
  zsh: ["zsh", "-n"],
  fish: ["fish", "--no-execute"],
  powershell: ["pwsh", "-NoProfile", "-Command", "$null = [scriptblock]::Create([Console]::In.ReadToEnd())"],
} as const;

const isHere = (program: string): boolean => spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;
const all = shells.map((shell) => ({
  shell,
  by: isHere(readOnly[shell][0]) ? "by the shell itself" : "by its brackets alone, without the shell",
}));

test.each(all)("the script for $shell is read $by", ({ shell, by }) => {
  const script = completionScripts[shell];
  expect(script).toContain("drover complete --");
  expect(by === "by the shell itself" ? complaints(shell, script) : bracketsLeftOpen(script)).toBe("");
});

function complaints(shell: Shell, script: string): string {
  const [program, ...args] = readOnly[shell];
  const { status, stderr } = spawnSync(program, args, { input: script, encoding: "utf8" });
  return status === 0 ? stderr : `${program} ends with ${status}: ${stderr}`;
}

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** Those that are not closed in their order; what stands in quotes or behind # is text, and a case's pattern is closed by a bracket of its own. */
function bracketsLeftOpen(script: string): string {
  const code = script.replace(/'[^'\n]*'|"[^"\n]*"|(?:^|\s)#.*|^\s+[:?*]\S*\)/gm, "");
  const open: string[] = [];
  for (const [bracket] of code.matchAll(/[()[\]{}]/g))
    if (closing[bracket] !== undefined) open.push(bracket);
    else if (closing[open.pop() ?? ""] !== bracket) return `${open.join("")}${bracket}`;
  return open.join("");
}

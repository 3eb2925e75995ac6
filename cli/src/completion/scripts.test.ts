import { expect, test } from "vitest";
import { completionScripts, shells } from "./scripts.ts";

// Bash, zsh and fish complete in cli-completion.test.ts. PowerShell is in no package registry: its script is read here, and nowhere run.

test.each(shells)("the script for %s asks drover itself", (shell) => {
  expect(completionScripts[shell]).toContain("drover complete --");
});

test("the script for powershell closes what it opens", () => {
  expect(bracketsLeftOpen(completionScripts.powershell)).toBe("");
  expect(bracketsLeftOpen("{ (")).toBe("{(");
});

const closing: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** Those that are not closed in their order; what stands in quotes or behind # is text. */
function bracketsLeftOpen(script: string): string {
  const code = script.replace(/'[^'\n]*'|"[^"\n]*"|(?:^|\s)#.*/gm, "");
  const open: string[] = [];
  for (const [bracket] of code.matchAll(/[()[\]{}]/g))
    if (closing[bracket] !== undefined) open.push(bracket);
    else if (closing[open.pop() ?? ""] !== bracket) return `${open.join("")}${bracket}`;
  return open.join("");
}

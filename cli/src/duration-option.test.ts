import { Command } from "commander";
import { expect, test } from "vitest";
import { timeoutOption } from "./duration-option.ts";

test("help shows a deadline as people write it, and the command gets milliseconds", () => {
  const command = new Command().addOption(timeoutOption("with --wait", "15m"));
  expect(command.helpInformation()).toContain("(default: 15m)");
  expect(command.parse([], { from: "user" }).opts()).toEqual({ timeout: 900_000 });
});

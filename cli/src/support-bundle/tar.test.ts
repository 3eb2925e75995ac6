import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { redacted } from "./redact.ts";
import { tarOf } from "./tar.ts";

test("tar reads what was written", () => {
  const folder = mkdtempSync(join(tmpdir(), "drover-tar-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const files = new Map([
    ["bundle/a.json", "{}\n"],
    ["bundle/long.txt", "é".repeat(1000)],
    ["bundle/empty", ""],
    ["bundle/block", "x".repeat(512)],
  ]);
  writeFileSync(join(folder, "x.tar"), tarOf(files, new Date("2026-11-21T08:00:00Z")));
  execFileSync("tar", ["-xf", "x.tar"], { cwd: folder });
  for (const [name, text] of files) expect(readFileSync(join(folder, name), "utf8")).toBe(text);
});

test("nothing that opens a door is left", () => {
  const found = redacted({
    token: "drt_abcdefghijk",
    message: "used drv1_abcdefghij_klm and drt_0123456789, from https://ada:hunter2@git.example.com/x",
    contexts: [{ name: "lab", token: "x", tokenFile: "/etc/token" }],
    objects: 3,
  });
  expect(found).toEqual({
    token: "[redacted]",
    message: "used [redacted] and [redacted], from https://[redacted]@git.example.com/x",
    contexts: [{ name: "lab", token: "[redacted]", tokenFile: "/etc/token" }],
    objects: 3,
  });
});

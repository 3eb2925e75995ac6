import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findPlugin, runPlugin } from "./plugins.ts";

const folder = mkdtempSync(join(tmpdir(), "drover-plugins-"));
afterAll(() => rmSync(folder, { recursive: true }));
for (const name of ["drover-foo", "drover-foo-bar", "drover-plain"]) {
  writeFileSync(join(folder, name), '#!/bin/sh\nexit "$#"\n');
  chmodSync(join(folder, name), name === "drover-plain" ? 0o644 : 0o755);
}

test.each([
  { argv: ["foo"], want: { file: "drover-foo", args: [] } },
  { argv: ["foo", "bar", "--x", "y"], want: { file: "drover-foo-bar", args: ["--x", "y"] } },
  { argv: ["foo", "baz", "-x"], want: { file: "drover-foo", args: ["baz", "-x"] } },
  { argv: ["plain"], want: undefined },
  { argv: ["../foo"], want: undefined },
  { argv: ["--x", "foo"], want: undefined },
])("$argv", ({ argv, want }) => {
  expect(findPlugin(argv, `/nonexistent:${folder}`)).toEqual(want && { ...want, file: join(folder, want.file) });
});

test("a plugin's exit status is ours", async () => {
  expect(await runPlugin({ file: join(folder, "drover-foo"), args: ["a", "b", "c"] }, {})).toBe(3);
});

import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { DroverError, plural } from "@drover/kit";
import { parseFleetPath, validateFleet } from "@drover/proto/fleet";
import type { Command } from "commander";
import type { Cli } from "../cli.ts";
import { printable } from "../output/columns.ts";

/** More files than any fleet has: somebody named the wrong folder. */
const maxFiles = 50_000;

/** `drover validate PATH`: offline, what a CI job runs on a pull request. Exit status 1 when a file has an error. */
export function validateCommand(program: Command, cli: Cli): void {
  program
    .command("validate")
    .description("check a fleet repository offline, with file, line and reason")
    .argument("[path]", "its folder", ".")
    .option("-o, --output <form>", "json for machines")
    .action(async (path: string, { output }: { readonly output?: string }) => {
      const { objects, problems } = validateFleet(await readFleet(path));
      const errors = problems.filter(({ severity }) => severity === "error").length;
      if (output === "json") cli.out(`${JSON.stringify({ objects: objects.length, problems }, null, 2)}\n`);
      else
        for (const { path: file, line, column, severity, message, code } of problems)
          cli.out(`${printable(`${file}:${line}:${column}: ${severity}: ${message} (${code})`)}\n`);
      cli.say(`${plural(objects.length, "object")} read, ${plural(errors, "error")}, ${plural(problems.length - errors, "warning")}`);
      if (errors > 0) cli.setExitCode(1);
    });
}

async function readFleet(root: string): Promise<ReadonlyMap<string, string>> {
  const found = await stat(root).catch(() => undefined);
  if (!found?.isDirectory())
    throw new DroverError("invalid", "FLEET_FOLDER_MISSING", `${root} is no folder; name the root of a fleet repository`);
  const files = new Map<string, string>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = relative(root, join(entry.parentPath, entry.name)).split(sep).join("/");
    if (!entry.isFile() || parseFleetPath(path).kind === "ignored") continue;
    if (files.size === maxFiles)
      throw new DroverError(
        "exhausted",
        "FLEET_TOO_LARGE",
        `${root} has more than ${maxFiles} fleet files; name the root of a fleet repository`,
      );
    files.set(path, await readFile(join(root, path), "utf8"));
  }
  if (!files.has("drover.yaml"))
    throw new DroverError(
      "invalid",
      "FLEET_MARKER_MISSING",
      `${root} has no drover.yaml, which marks the root of a fleet repository; name that folder, or begin one with \`apiVersion: drover.dev/v1\` in drover.yaml`,
    );
  return files;
}

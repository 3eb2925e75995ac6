import { DroverError } from "@drover/kit";
import type { FleetEdit } from "@drover/proto/rest";
import type { Cli } from "../cli.ts";
import { printable } from "../output/columns.ts";
import { formatObject, type OutputForm } from "../output/print.ts";

export type EditProblem = NonNullable<FleetEdit["preview"]>["problems"][number];

const words = { Created: "created", Changed: "configured", Unchanged: "unchanged", Deleted: "deleted", Refused: "refused" } as const;

export const nameOfEdit = ({ kind, name }: Pick<FleetEdit, "kind" | "name">): string => `${kind.toLowerCase()}/${name}`;

/** `environment/production configured`, as kubectl says it. */
export function showEdit(cli: Cli, edit: FleetEdit, how = ""): void {
  cli.out(`${nameOfEdit(edit)} ${words[edit.result]}${how}\n`);
  sayProblems(cli, edit.preview?.problems);
}

/** What the edit brings about, in its own file and in others. */
export function sayProblems(cli: Cli, problems: readonly EditProblem[] = []): void {
  for (const { severity, path, line, message } of problems) cli.say(printable(`${severity}: ${path}:${line}: ${message}`));
}

/** For scripts: all of them at the end, as one answer. */
export function showEdits(cli: Cli, edits: readonly FleetEdit[], output: OutputForm): void {
  if (output === "name") cli.out(edits.map((edit) => `${nameOfEdit(edit)}\n`).join(""));
  else cli.out(formatObject({ kind: "List", items: edits }, output));
}

export function sayFailure(cli: Cli, source: string, error: unknown): void {
  const { message, code } = error instanceof DroverError ? error : new DroverError("internal", "INTERNAL", String(error));
  cli.say(printable(`error: ${source}: ${message} (${code})`));
}

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DroverError } from "@drover/kit";
import type { EditedKind, FleetEdit } from "@drover/proto/rest";
import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { parseObjectNames } from "../fleet-objects/edited-kind.ts";
import { editableText, parseEditedText, withoutMarks, withProblems } from "../fleet-objects/edited-text.ts";
import { type FleetClient, fleetClient } from "../fleet-objects/fleet-client.ts";
import { showEdit } from "../fleet-objects/show-edits.ts";
import { openEditor } from "../open-editor.ts";

/** `drover edit environment/production`: the object in the person's editor; what is saved becomes a commit. */
export function editCommand(program: Command, cli: Cli): void {
  program
    .command("edit")
    .description("change a fleet object in your editor ($VISUAL, $EDITOR, or vi); what you save becomes a commit")
    .argument("<kind/name>", "such as environment/production; fleet for drover.yaml; or the kind alone")
    .argument("[name]", "where the kind alone was said")
    .option("-m, --reason <text>", "why; kept in git and in the audit record")
    .action(async (word: string, rest: string | undefined, { reason }: { readonly reason?: string }, command: Command) => {
      const [object, another] = parseObjectNames(rest === undefined ? [word] : [word, rest]);
      if (object === undefined || another !== undefined) return command.error("error: edit one object at a time");
      const { kind, name } = object;
      const client = fleetClient(clientFor(cli, command));
      const folder = await mkdtemp(join(tmpdir(), "drover-edit-"));
      const file = join(folder, `${kind.toLowerCase()}-${name}.yaml`);
      try {
        const edit = await editUntilTaken(cli, client, { kind, name, file, reason: reason ?? `drover edit ${kind.toLowerCase()}/${name}` });
        if (edit === undefined) cli.say("Edit cancelled, nothing was changed.");
        else showEdit(cli, edit);
        await rm(folder, { recursive: true, force: true });
      } catch (error) {
        cli.say(`What you wrote is kept in ${file}`);
        throw error;
      }
    });
}

interface Editing {
  readonly kind: EditedKind;
  readonly name: string;
  readonly file: string;
  readonly reason: string;
}

/** Undefined when the person saved nothing new. */
async function editUntilTaken(cli: Cli, client: FleetClient, { kind, name, file, reason }: Editing): Promise<FleetEdit | undefined> {
  const title = `${kind.toLowerCase()}/${name}`;
  const current = await client.load(kind, name);
  if (current === undefined)
    throw new DroverError("not-found", `${kind.toUpperCase()}_NOT_FOUND`, `edit ${title}: there is none with this name`);
  let shown = editableText(title, current.spec);
  let refused: DroverError | undefined;
  for (;;) {
    await writeFile(file, shown, { mode: 0o600 });
    await openEditor(file, cli.env);
    const saved = withoutMarks(await readFile(file, "utf8"));
    if (saved === withoutMarks(shown)) {
      if (refused !== undefined) throw refused;
      return undefined;
    }
    const parsed = parseEditedText(kind, name, saved);
    if (parsed.kind === "empty") return undefined;
    if (parsed.kind === "problems") {
      refused = new DroverError("invalid", "FLEET_EDIT_INVALID", `edit ${title}: ${parsed.problems[0] ?? ""}`);
      shown = withProblems(title, saved, parsed.problems);
      continue;
    }
    try {
      return await client.replace(kind, name, parsed.spec, current.version, { reason });
    } catch (error) {
      if (!(error instanceof DroverError) || error.kind !== "invalid") throw error;
      refused = error;
      shown = withProblems(title, saved, [error.message]);
    }
  }
}

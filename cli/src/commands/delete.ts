import { DroverError } from "@drover/kit";
import type { NamedKind } from "@drover/proto/rest";
import { type Command, Option } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { confirm } from "../confirm.ts";
import { type ObjectName, parseObjectNames } from "../fleet-objects/edited-kind.ts";
import { fleetClient } from "../fleet-objects/fleet-client.ts";
import { nameOfEdit, showEdit } from "../fleet-objects/show-edits.ts";

interface DeleteOptions {
  readonly reason?: string;
  readonly yes?: boolean;
  readonly dryRun?: "client" | "server";
}

/** `drover delete strategy/careful`: takes an object's file out of the fleet repository. */
export function deleteCommand(program: Command, cli: Cli): void {
  program
    .command("delete")
    .description("take fleet objects out by a commit; what other files name stays, and applications and clusters are removed instead")
    .argument("<kind/name...>", "such as strategy/careful; or a kind and then names")
    .option("-m, --reason <text>", "why; kept in git and in the audit record")
    .option("--yes", "do not ask")
    .addOption(
      new Option("--dry-run [where]", "change nothing: check the names alone, or ask the server what would be committed")
        .choices(["client", "server"])
        .preset("server"),
    )
    .action(async (names: readonly string[], options: DeleteOptions, command: Command) => {
      const objects = parseObjectNames(names).map(deletable);
      if (options.dryRun === "client") return objects.forEach((one) => cli.out(`${nameOfEdit(one)} deleted (client dry run)\n`));
      const client = fleetClient(clientFor(cli, command));
      if (options.dryRun === undefined) await confirm(cli, { ...deletionOf(objects), yes: options.yes });
      for (const { kind, name } of objects) {
        const current = await client.load(kind, name);
        const asked = {
          reason: options.reason ?? `drover delete ${names.join(" ")}`.slice(0, 1000),
          validateOnly: options.dryRun === "server",
        };
        const edit = await client.remove(kind, name, current?.version ?? "*", asked);
        showEdit(cli, edit, options.dryRun === "server" ? " (server dry run)" : "");
        if (edit.result === "Refused") cli.setExitCode(1);
      }
    });
}

/** The server refuses what is removed too; here nobody has been told yet that it is about to happen. */
function deletable({ kind, name }: ObjectName): ObjectName<NamedKind> {
  if (kind === "Fleet")
    throw new DroverError(
      "invalid",
      "OPTION_INVALID",
      "delete: drover.yaml is what makes the fleet one; change it with `drover edit fleet`",
    );
  if (kind !== "Application" && kind !== "Cluster") return { kind, name };
  const word = kind.toLowerCase();
  const fate = kind === "Application" ? "--orphan (or --delete)" : "[--delete]";
  throw new DroverError(
    "wrong-state",
    "REMOVE_INSTEAD",
    `delete ${word}/${name}: ${word}s are removed, so that agents let go of what runs: \`drover ${word} remove ${name} ${fate} -m REASON\``,
  );
}

function deletionOf(objects: readonly ObjectName[]) {
  const all = objects.map(nameOfEdit);
  const names = all.join(", ");
  return { what: `delete ${names}`, consequences: [`To be taken out of the fleet repository by a commit: ${names}.`] };
}

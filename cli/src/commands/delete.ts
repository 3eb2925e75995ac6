import { DroverError } from "@drover/kit";
import type { EditedKind, FleetEdit, NamedKind } from "@drover/proto/rest";
import { type Command, Option } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { confirm } from "../confirm.ts";
import { parseObjectName } from "../fleet-objects/edited-kind.ts";
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
    .argument("<kind/name...>", "such as strategy/careful")
    .option("-m, --reason <text>", "why; kept in git and in the audit record")
    .option("--yes", "do not ask")
    .addOption(
      new Option("--dry-run [where]", "change nothing: check the names alone, or ask the server what would be committed")
        .choices(["client", "server"])
        .preset("server"),
    )
    .action(async (names: readonly string[], options: DeleteOptions, command: Command) => {
      const objects = names.map(parseObjectName).map(deletable);
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

interface Named<Kind extends EditedKind> {
  readonly kind: Kind;
  readonly name: string;
}

function deletable({ kind, name }: Named<EditedKind>): Named<NamedKind> {
  if (kind !== "Fleet") return { kind, name };
  throw new DroverError("invalid", "OPTION_INVALID", "delete: drover.yaml is what makes the fleet one; change it with `drover edit fleet`");
}

function deletionOf(objects: readonly Pick<FleetEdit, "kind" | "name">[]) {
  const all = objects.map(nameOfEdit);
  return { what: `delete ${all.join(", ")}`, consequences: all.map((one) => `${one} is taken out of the fleet repository by a commit.`) };
}

import { type EditedKind, editedKinds } from "@drover/proto/rest";
import { dump } from "js-yaml";
import { type Command, Option } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { editedKind } from "../fleet-objects/edited-kind.ts";
import { type ExportedObject, exportObjects, exportPins } from "../fleet-objects/export-fleet.ts";
import { DroverError } from "@drover/kit";

interface ExportOptions {
  readonly output: "yaml" | "json";
}

/** `drover export > fleet.yaml`: what the whole fleet should be, as `drover apply -f` takes it. */
export function exportCommand(program: Command, cli: Cli): void {
  program
    .command("export")
    .description("print what the fleet should be, as documents that `drover apply -f` takes; pins as the commands that move them")
    .argument("[kinds...]", `some of ${editedKinds.map((kind) => kind.toLowerCase()).join(", ")}; all of them when absent`)
    .addOption(new Option("-o, --output <form>", "yaml or json").choices(["yaml", "json"]).default("yaml"))
    .action(async (words: readonly string[], { output }: ExportOptions, command: Command) => {
      const kinds = words.length === 0 ? editedKinds : words.map(kindNamed);
      const client = clientFor(cli, command);
      const objects = await exportObjects(client, kinds);
      if (output === "json") return cli.out(`${JSON.stringify({ kind: "List", items: objects }, null, 2)}\n`);
      cli.out(objects.map(documentText).join("---\n"));
      // A pin is moved by a promotion, with its checks and its rollout, and not by a file.
      if (words.length === 0) cli.out((await exportPins(client)).map((line) => `# ${line}\n`).join(""));
    });
}

const documentText = ({ kind, name, spec }: ExportedObject): string => dump({ kind, name, spec }, { noRefs: true, lineWidth: -1 });

function kindNamed(word: string): EditedKind {
  const kind = editedKind(word);
  if (kind !== undefined) return kind;
  const all = editedKinds.map((one) => one.toLowerCase()).join(", ");
  throw new DroverError("invalid", "OPTION_INVALID", `export: there are no fleet objects of kind ${word}; choose some of ${all}`);
}

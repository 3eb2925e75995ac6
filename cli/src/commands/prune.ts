import { DroverError } from "@drover/kit";
import type { Client, HeldPrune } from "@drover/proto/rest";
import type { Command } from "commander";
import { allPages, type Cli, clientFor } from "../cli.ts";
import { type DryRunOptions, dryRunOption, isCheckedHere, rehearsalOf } from "../dry-run.ts";
import { type OutputForm, outputOption } from "../output/print.ts";
import { showList } from "../output/show.ts";
import { refuseUnknownNames } from "../resources/unknown-names.ts";
import { heldPruneView } from "../views.ts";

interface Place {
  readonly application?: string;
  readonly environment?: string | undefined;
}

interface ListOptions {
  readonly environment?: string;
  readonly output?: OutputForm;
  readonly headers: boolean;
}

interface ApproveOptions extends DryRunOptions {
  readonly environment: string;
  readonly hash: string;
  readonly reason: string;
}

/** `drover prune list`, `drover prune approve web --environment production --hash sha256:1f2e… -m "the old cache goes"`. */
export function pruneCommand(program: Command, cli: Cli): void {
  const prune = program.command("prune").description("deletions that agents hold back until somebody approves them");

  prune
    .command("list")
    .description("what is held, and in which clusters")
    .argument("[application]")
    .option("-e, --environment <name>", "in this environment alone")
    .addOption(outputOption())
    .option("--no-headers", "rows only")
    .action(async (application: string | undefined, options: ListOptions, command: Command) => {
      const client = clientFor(cli, command);
      const place = { ...(application !== undefined && { application }), environment: options.environment };
      const held = await heldPrunes(client, place);
      if (held.length === 0) await refuseUnknownNames(client, place);
      showList(cli, held, heldPruneView, options);
      const [first] = held;
      if (first === undefined && (options.output === undefined || options.output === "wide")) cli.say("No deletions are held.");
      if (first !== undefined && options.output === undefined)
        cli.say(`\nThe objects: drover diff ${first.application} --cluster ${first.clusters[0] ?? ""}`);
    });

  prune
    .command("approve")
    .description("let every cluster that holds exactly this list delete it")
    .argument("<application>")
    .requiredOption("-e, --environment <name>", "in which environment")
    .requiredOption("--hash <hash>", "the list, as `drover prune list` shows it; its beginning is enough")
    .requiredOption("-m, --reason <text>", "why; kept in the audit record")
    .addOption(dryRunOption())
    .action(async (application: string, options: ApproveOptions, command: Command) => {
      if (isCheckedHere(cli, command, options)) return;
      const { query, how } = rehearsalOf(options);
      const { environment, reason } = options;
      const client = clientFor(cli, command);
      const hash = theOne(await heldPrunes(client, { application, environment }), options.hash);
      const approval = await client("createPruneApproval", { query, body: { application, environment, hash, reason } });
      cli.out(`${approval.clusterCount} ${approval.clusterCount === 1 ? "cluster" : "clusters"} may delete ${hash}${how}\n`);
    });
}

const heldPrunes = (client: Client, place: Place): Promise<readonly HeldPrune[]> =>
  allPages((pageToken) => client("listHeldPrunes", { query: { ...place, pageSize: 500, pageToken } }));

const shortestHash = 6;

/** The list whose hash begins so. A hash in full is for the server to judge. */
function theOne(held: readonly HeldPrune[], text: string): string {
  const given = text.startsWith("sha256:") ? text : `sha256:${text}`;
  const found = held.filter(({ hash }) => hash.startsWith(given));
  if (found.length === 1 && text.length >= shortestHash) return found[0]?.hash ?? given;
  if (found.length === 0 && /^sha256:[0-9a-f]{64}$/.test(given)) return given;
  throw new DroverError(
    "invalid",
    "PRUNE_HASH_UNCLEAR",
    `approve deletions: ${found.length === 0 ? "no list" : "more than one list"} begins with ${text}; \`drover prune list\` shows them`,
  );
}

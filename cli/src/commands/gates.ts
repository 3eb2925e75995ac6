import { DroverError } from "@drover/kit";
import type { Client } from "@drover/proto/rest";
import type { Command } from "commander";
import { gateView } from "../gate-view.ts";
import { allPages, type Cli, clientFor } from "../cli.ts";
import { type OutputForm, outputOption } from "../output/print.ts";
import { showList } from "../output/show.ts";
import { type PlaceOptions, resolveRollout } from "../resolve-rollout.ts";

interface DecideOptions extends PlaceOptions {
  readonly gate?: string;
  readonly wave?: string;
  readonly reason: string;
}

/** `drover rollout gates ID`, `drover rollout approve ID --gate NAME --reason …`, `reject`, `override-gate`. */
export function gateCommands(withPlace: (name: string, description: string) => Command, cli: Cli): void {
  withPlace("gates", "the gates that were opened, and how far they are")
    .addOption(outputOption())
    .option("--no-headers", "rows only")
    .action(async (name: string, options: PlaceOptions & { readonly output?: OutputForm; readonly headers: boolean }, command: Command) => {
      const client = clientFor(cli, command);
      const params = { rollout: await resolveRollout(client, name, options) };
      const gates = await allPages((pageToken) => client("listRolloutGates", { params, query: { pageSize: 500, pageToken } }));
      showList(cli, gates, gateView, options);
    });

  const decide = (name: string, description: string, operation: "approveGate" | "rejectGate" | "overrideGate"): Command =>
    withPlace(name, description)
      .option("-g, --gate <name>", "the gate; the one that is open when absent")
      .option("--wave <name>", "its wave, where several have a gate of this name")
      .requiredOption("-m, --reason <text>", "why; kept in the audit record")
      .action(async (rollout: string, options: DecideOptions, command: Command) => {
        const client = clientFor(cli, command);
        const id = await resolveRollout(client, rollout, options);
        const params = { rollout: id, gate: options.gate ?? (await openGate(client, id)) };
        const gate = await client(operation, { params, body: { reason: options.reason, wave: options.wave } });
        cli.out(`gate/${gate.gate} ${gate.when.toLowerCase()} wave ${gate.wave} ${gate.state}: ${gate.message}\n`);
      });

  decide("approve", "approve a change at a gate that asks people; never your own", "approveGate");
  decide("reject", "reject a change at a gate that asks people", "rejectGate");
  decide("override-gate", "pass a gate over, whatever it measured", "overrideGate");
}

/** The only one that is not settled. */
async function openGate(client: Client, rollout: string): Promise<string> {
  const gates = await allPages((pageToken) => client("listRolloutGates", { params: { rollout }, query: { pageSize: 500, pageToken } }));
  const open = gates.filter(({ settledAt }) => settledAt === undefined);
  const [one] = open;
  if (one !== undefined && open.length === 1) return one.gate;
  const which = open.length === 0 ? "none of its gates is open" : `name one of ${open.map(({ gate }) => gate).join(", ")} with --gate`;
  throw new DroverError("invalid", "OPTION_INVALID", `decide at a gate of rollout ${rollout}: ${which}`);
}

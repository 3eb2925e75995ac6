import { randomUUID } from "node:crypto";
import { plural } from "@drover/kit";
import type { Cluster, EnrolmentToken } from "@drover/proto/rest";
import { type Command, InvalidArgumentError } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { confirm } from "../confirm.ts";
import { type DryRunOptions, dryRunOption, isCheckedHere, rehearsalOf } from "../dry-run.ts";
import { total } from "../output/cell-text.ts";
import { isForPeople } from "../output/output-form.ts";
import { type OutputForm, outputOption } from "../output/print.ts";
import { showOne } from "../output/show.ts";
import { clusterView } from "../views.ts";
import { addClusterRemove } from "./remove.ts";

type Labels = Readonly<Record<string, string>>;

interface AddOptions extends DryRunOptions {
  readonly project?: string;
  readonly label: Labels;
  readonly ttl?: string;
  readonly output?: OutputForm;
}

interface RevokeOptions extends DryRunOptions {
  readonly reason: string;
  readonly yes?: boolean;
}

function addLabel(text: string, before: Labels): Labels {
  const [key, value, ...rest] = text.split("=");
  if (!key || value === undefined || rest.length > 0) throw new InvalidArgumentError("write a label like region=eu");
  return { ...before, [key]: value };
}

/** `drover cluster add eu-1 -l tier=production`, `drover cluster token eu-1`, `drover cluster revoke eu-1`. */
export function clusterCommand(program: Command, cli: Cli): void {
  const cluster = program.command("cluster").description("register clusters, and end their identities");

  cluster
    .command("add")
    .description("register a cluster in the fleet repository, and print the token with which its agent enrols")
    .argument("<name>")
    .option("--project <name>", "the project it belongs to")
    .option("-l, --label <key=value>", "a label; repeat it for more", addLabel, {})
    .option("--ttl <duration>", "how long the token may be used (1h)")
    .addOption(dryRunOption())
    .addOption(outputOption())
    .action(async (name: string, options: AddOptions, command: Command) => {
      if (isCheckedHere(cli, command, options)) return;
      const { query, how } = rehearsalOf(options);
      const client = clientFor(cli, command);
      const created = await client("createCluster", {
        query,
        body: { name, project: options.project, labels: options.label },
        idempotencyKey: randomUUID(),
      });
      if (options.dryRun === "server")
        return isForPeople(options.output) ? cli.out(`cluster/${name} registered${how}\n`) : showOne(cli, created, clusterView, options);
      const token = await client("createEnrolmentToken", { params: { cluster: created.id }, body: { ttl: options.ttl } });
      if (options.output !== undefined) return showOne(cli, { ...created, enrolmentToken: token }, clusterView, options);
      cli.out(`cluster/${created.name} registered as ${created.id}\n`);
      sayToken(cli, token);
    });

  cluster
    .command("token")
    .description("make another token for a cluster whose first one has expired, or whose agent lost its identity")
    .argument("<name>")
    .option("--ttl <duration>", "how long the token may be used (1h)")
    .option("-o, --output <form>", "json for machines")
    .action(async (name: string, { ttl, output }: { readonly ttl?: string; readonly output?: string }, command: Command) => {
      const token = await clientFor(cli, command)("createEnrolmentToken", { params: { cluster: name }, body: { ttl } });
      if (output === "json") return cli.out(`${JSON.stringify(token, null, 2)}\n`);
      sayToken(cli, token);
    });

  addClusterRemove(cluster, cli);

  cluster
    .command("revoke")
    .description("end a cluster's identity at once; what runs there keeps running")
    .argument("<name>")
    .requiredOption("-m, --reason <text>", "why; kept in the audit record")
    .option("--yes", "do not ask")
    .addOption(dryRunOption())
    .action(async (name: string, options: RevokeOptions, command: Command) => {
      if (isCheckedHere(cli, command, options)) return;
      const { query, how } = rehearsalOf(options);
      const client = clientFor(cli, command);
      await confirm(cli, {
        ...revocationOf(await client("getCluster", { params: { cluster: name } })),
        yes: options.yes === true || query.validateOnly === true,
      });
      const revoked = await client("revokeCluster", { params: { cluster: name }, query, body: { reason: options.reason } });
      cli.out(`cluster/${revoked.name} ${revoked.state}${how}\n`);
    });
}

function revocationOf({ name, state, environments, applications }: Cluster) {
  return {
    what: `revoke cluster/${name}`,
    consequences: [
      `The identity of cluster/${name} (${state}${environments.length === 0 ? "" : `, ${environments.join(", ")}`}) and its unused tokens end at once.`,
      `What runs there (${plural(total(applications), "application")}) keeps running, and no change reaches it until its agent enrols anew with another token.`,
    ],
  };
}

/** The secret alone goes to standard output, so that a script can take it. */
function sayToken(cli: Cli, { token, expiresAt }: EnrolmentToken): void {
  cli.say(`Start its agent with this token; it is shown once, works once, and expires at ${expiresAt}:`);
  cli.out(`${token}\n`);
}

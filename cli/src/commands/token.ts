import { type Command, Option } from "commander";
import { allPages, type Cli, clientFor } from "../cli.ts";
import { formatOne, type OutputForm, outputOption } from "../output/print.ts";
import { showList, showOne } from "../output/show.ts";
import { tokenView } from "../views.ts";

/** What it may do, said again: a grant that was mistyped is seen before it is used. */
const grantsView = {
  ...tokenView,
  columns: tokenView.columns.filter(({ head }) => ["SUBJECT", "ROLE", "APPROVES", "OVERRIDES"].includes(head)),
};

interface CreateOptions {
  readonly subject: string;
  readonly role: "viewer" | "operator" | "admin";
  readonly approve?: string[];
  readonly override?: string[];
  readonly ttl?: string;
  readonly output?: OutputForm;
}

/** `drover token create --subject ci --role operator`, `drover token list`, `drover token revoke ID`. */
export function tokenCommand(program: Command, cli: Cli): void {
  const token = program.command("token").description("manage tokens for the API");

  token
    .command("create")
    .description("make a token; its secret is printed once")
    .requiredOption("--subject <name>", "who acts with it")
    .addOption(new Option("--role <role>", "what it may do").choices(["viewer", "operator", "admin"]).makeOptionMandatory())
    .option("--approve <environment...>", "where it may approve and reject gates, besides; '*' for everywhere")
    .option("--override <environment...>", "where it may pass gates over and break restrictions, besides; '*' for everywhere")
    .option("--ttl <duration>", "how long it is good for (90d)")
    .addOption(outputOption())
    .action(async ({ subject, role, approve: approves, override: overrides, ttl, output }: CreateOptions, command: Command) => {
      const created = await clientFor(cli, command)("createApiToken", { body: { subject, role, approves, overrides, ttl } });
      if (output !== undefined) return showOne(cli, created, tokenView, { output });
      cli.say(`token/${created.id} is good until ${created.expiresAt}; its secret is shown once:`);
      cli.say(formatOne(created, grantsView, {}).trimEnd());
      cli.out(`${created.token}\n`);
    });

  token
    .command("list")
    .description("list tokens without their secrets")
    .addOption(outputOption())
    .option("--no-headers", "rows only")
    .action(async (options: { readonly output?: OutputForm; readonly headers: boolean }, command: Command) => {
      const client = clientFor(cli, command);
      const tokens = await allPages((pageToken) => client("listApiTokens", { query: { pageSize: 500, pageToken } }));
      showList(cli, tokens, tokenView, options);
    });

  token
    .command("revoke")
    .description("end a token at once")
    .argument("<id>")
    .action(async (id: string, _options: object, command: Command) => {
      await clientFor(cli, command)("revokeApiToken", { params: { token: id } });
      cli.out(`token/${id} revoked\n`);
    });
}

import { resolve } from "node:path";
import { DroverError, Secret } from "@drover/kit";
import { grantedPermissions, type Identity, type OperationId, rolePermissions, routeTable } from "@drover/proto/rest";
import type { Command } from "commander";
import { type Cli, clientFor } from "../cli.ts";
import { clientAt, type GlobalOptions } from "../connection.ts";
import { type Context, contextPath, readContexts, writeContexts } from "../contexts.ts";
import { outputOption, type View } from "../output/print.ts";
import { showOne, type ShowOptions } from "../output/show.ts";

interface LoginOptions extends GlobalOptions {
  readonly name?: string;
  readonly caFile?: string;
  readonly tokenStdin?: boolean;
}

interface CanOptions {
  readonly environment?: string;
  readonly list?: boolean;
}

const identityView: View<Identity> = {
  kind: "identity",
  name: ({ actor }) => actor,
  columns: [
    { head: "ACTOR", cell: ({ actor }) => actor },
    { head: "ROLE", cell: ({ role }) => role },
    { head: "APPROVES", cell: ({ approves }) => approves.join(",") },
    { head: "OVERRIDES", cell: ({ overrides }) => overrides.join(",") },
    { head: "EXPIRES", cell: ({ expiresAt }) => expiresAt },
    { head: "PERMISSIONS", cell: ({ permissions }) => permissions.join(","), wide: true },
  ],
};

/** `drover auth login https://drover.example.com`, `drover auth whoami`, `drover auth can-i promotion.create`. */
export function authCommand(program: Command, cli: Cli): void {
  const auth = program.command("auth").description("sign in, and see what you may do");

  auth
    .command("login")
    .description("check a token with a server and keep it in a context, which is then in use; it is asked for without being shown")
    .argument("[server]", "like https://drover.example.com; `--server` says it as well")
    .option("--name <context>", "of the context; the server's host when absent")
    .option("--ca-file <file>", "the CA to trust, when it is a private one")
    .option("--token-stdin", "read the token from standard input")
    .action(async (address: string | undefined, _options: object, command: Command) => {
      const options = command.optsWithGlobals<LoginOptions>();
      const server = address ?? options.server;
      if (server === undefined) return command.error("error: say which server: drover auth login https://drover.example.com");
      const context: Context = {
        name: options.name ?? nameOf(server),
        server,
        token: await tokenFrom(cli, options.tokenStdin === true),
        ...(options.caFile !== undefined && { caFile: resolve(options.caFile) }),
      };
      const target = { server, token: new Secret(context.token ?? ""), caFile: context.caFile };
      const { actor, role } = await clientAt(target, options, cli.say)("whoAmI");
      const path = contextPath(cli.env);
      const others = readContexts(path).contexts.filter(({ name }) => name !== context.name);
      writeContexts(path, { currentContext: context.name, contexts: [...others, context] });
      cli.out(`signed in as ${actor} (${role}); context ${context.name} is in use\n`);
    });

  auth
    .command("whoami")
    .description("who the server takes you for")
    .addOption(outputOption())
    .action(async (options: ShowOptions, command: Command) => showOne(cli, await clientFor(cli, command)("whoAmI"), identityView, options));

  auth
    .command("can-i")
    .description("whether you may do something; exit status 1 when not")
    .argument("[permission]", "like promotion.create, or an operation of the API like createPromotion; all that you may when absent")
    .option("--list", "all that you may, as without a permission")
    .option("-e, --environment <name>", "in this environment, where tokens may be granted more")
    .action(async (asked: string | undefined, { environment, list }: CanOptions, command: Command) => {
      const identity = await clientFor(cli, command)("whoAmI");
      if (asked === undefined || list === true)
        return cli.out(
          permissionsIn(identity, environment)
            .map((one) => `${one}\n`)
            .join(""),
        );
      const may = permissionsIn(identity, environment).includes(permissionNamed(asked));
      cli.out(may ? "yes\n" : "no\n");
      return may ? undefined : cli.setExitCode(1);
    });
}

async function tokenFrom(cli: Cli, fromInput: boolean): Promise<string> {
  const token = fromInput ? await cli.readInput?.() : await cli.askSecret?.("Token: ");
  if (token !== undefined && token.trim() !== "") return token.trim();
  throw new DroverError(
    "invalid",
    "LOGIN_TOKEN_MISSING",
    "sign in: no token was given; type it at a terminal, or give --token-stdin and pipe it",
  );
}

function nameOf(server: string): string {
  try {
    return new URL(server).host;
  } catch (cause) {
    throw new DroverError("invalid", "SERVER_UNKNOWN", `sign in: ${server} is no address; write it like https://drover.example.com`, {
      cause,
    });
  }
}

/** Of the permissions that tokens are granted by environment, those of this one. */
function permissionsIn({ role, permissions, ...grants }: Identity, environment: string | undefined): readonly string[] {
  const byRole: readonly string[] = rolePermissions[role];
  return permissions.filter((permission) => {
    const [kind] = Object.entries(grantedPermissions).find(([, granted]) => granted === permission) ?? [];
    if (kind === undefined || byRole.includes(permission)) return true;
    const environments = grants[kind as keyof typeof grantedPermissions];
    return environment === undefined ? environments.length > 0 : environments.includes("*") || environments.includes(environment);
  });
}

/** Words that people use for what they do. */
const verbs: Readonly<Record<string, OperationId>> = {
  get: "listClusters",
  promote: "createPromotion",
  rollback: "createRollback",
  pause: "pauseRollout",
  resume: "resumeRollout",
  abort: "abortRollout",
  approve: "approveGate",
  stop: "stopFleet",
  logs: "getApplicationLogs",
  revoke: "revokeCluster",
};

function permissionNamed(asked: string): string {
  const known = new Set<string>(Object.values(routeTable).map(({ permission }) => permission));
  if (known.has(asked)) return asked;
  const operation = verbs[asked] ?? asked;
  if (Object.hasOwn(routeTable, operation)) return routeTable[operation as OperationId].permission;
  const choices = [...known, ...Object.keys(verbs)].toSorted().join(", ");
  throw new DroverError("invalid", "OPTION_INVALID", `can I ${asked}: there is no such permission or operation; choose one of ${choices}`);
}

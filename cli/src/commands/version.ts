import type { Command } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { type Cli, clientFor } from "../cli.ts";

/** `drover version`: the client's, and the server's where one is known. */
export function versionCommand(program: Command, cli: Cli): void {
  program
    .command("version")
    .description("print the versions of client and server")
    .option("--client", "only the client's")
    .action(async ({ client: clientOnly }: { readonly client?: boolean }, command: Command) => {
      cli.out(`client ${packageJson.version}\n`);
      if (clientOnly === true) return;
      const { version } = await clientFor(cli, command)("getVersion");
      cli.out(`server ${version}\n`);
    });
}

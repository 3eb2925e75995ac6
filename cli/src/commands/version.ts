import type { Command } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { type Cli, clientFor } from "../cli.ts";
import { formatObject, type OutputForm, outputOption } from "../output/print.ts";
import { skewOf } from "../version-skew.ts";

interface VersionOptions {
  readonly client?: boolean;
  readonly output?: OutputForm;
}

/** `drover version`: the client's, and the server's where one is known. */
export function versionCommand(program: Command, cli: Cli): void {
  program
    .command("version")
    .description("print the versions of client and server, and warn when they are too far apart")
    .option("--client", "only the client's")
    .addOption(outputOption())
    .action(async ({ client: clientOnly, output }: VersionOptions, command: Command) => {
      const client = { version: packageJson.version, node: process.versions.node };
      const isForMachines = output !== undefined && output !== "wide";
      if (!isForMachines) cli.out(`client ${client.version}\n`);
      const server = clientOnly === true ? undefined : await clientFor(cli, command)("getVersion");
      if (isForMachines) return cli.out(formatObject({ client, ...(server && { server }) }, output));
      if (server === undefined) return undefined;
      cli.out(`server ${server.version}\n`);
      const skew = skewOf(client.version, server.version);
      return skew === undefined ? undefined : cli.say(`warning: ${skew}`);
    });
}

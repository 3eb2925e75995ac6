import { Command, Option } from "commander";
import type { Cli } from "./cli.ts";
import { askCommands } from "./commands/ask.ts";
import { breakGlassCommand } from "./commands/break-glass.ts";
import { clusterCommand } from "./commands/cluster.ts";
import { configCommand } from "./commands/config.ts";
import { driftCommand } from "./commands/drift.ts";
import { getCommand } from "./commands/get.ts";
import { historyCommand } from "./commands/history.ts";
import { logsCommand } from "./commands/logs.ts";
import { promoteCommand } from "./commands/promote.ts";
import { promotionCommand } from "./commands/promotion.ts";
import { pruneCommand } from "./commands/prune.ts";
import { quarantineCommand } from "./commands/quarantine.ts";
import { applicationCommand } from "./commands/remove.ts";
import { rollbackCommand } from "./commands/rollback.ts";
import { rolloutCommand } from "./commands/rollout.ts";
import { stopCommand } from "./commands/stop.ts";
import { tokenCommand } from "./commands/token.ts";
import { validateCommand } from "./commands/validate.ts";
import { versionCommand } from "./commands/version.ts";
import { whyCommand } from "./commands/why.ts";
import { durationOption } from "./duration-option.ts";

export function createProgram(cli: Cli): Command {
  const program = new Command("drover")
    .description("GitOps for a whole fleet of Kubernetes clusters")
    .option("--context <name>", "a context of `drover config`")
    .option("-s, --server <url>", "the server, whatever the context says")
    .addOption(new Option("--request-timeout <duration>", "for each request").argParser(durationOption).default(30_000, "30s"))
    .configureOutput({ writeOut: cli.out, writeErr: (text) => cli.say(text.trimEnd()) })
    .showSuggestionAfterError()
    .addHelpText("after", "\nAlso: `drover demo` plays a whole fleet on this machine, `drover server` runs the control plane.")
    .exitOverride();
  for (const add of [
    getCommand,
    promoteCommand,
    rollbackCommand,
    promotionCommand,
    quarantineCommand,
    rolloutCommand,
    stopCommand,
    breakGlassCommand,
    whyCommand,
    historyCommand,
    askCommands,
    logsCommand,
    driftCommand,
    pruneCommand,
    clusterCommand,
    applicationCommand,
    tokenCommand,
    validateCommand,
    configCommand,
    versionCommand,
  ])
    add(program, cli);
  return program;
}

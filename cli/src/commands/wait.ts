import { setTimeout as delay } from "node:timers/promises";
import { DroverError } from "@drover/kit";
import type { Client } from "@drover/proto/rest";
import type { Command } from "commander";
import { askPatiently } from "../ask-patiently.ts";
import { type Cli, clientFor } from "../cli.ts";
import { timeoutOption } from "../duration-option.ts";
import { healthOf, syncOf } from "../placements/placement-state.ts";
import { parseGoal } from "../wait/goal.ts";
import { getResource } from "../resources/read-resource.ts";
import { resourceNamed } from "../resources/table.ts";

const pollMs = 500;

interface WaitOptions {
  readonly for: string;
  readonly environment?: string;
  readonly timeout: number;
}

/** `drover wait rollout/ID --for=phase=Completed`, `drover wait application/web -e production --for=condition=Healthy`, `--for=delete`. */
export function waitCommand(program: Command, cli: Cli): void {
  program
    .command("wait")
    .description("wait until something is so; exit status 1 when it is not in time, or can no longer be")
    .argument("<resource>", "what/name")
    .argument("[name]", "which one, where it was not said already")
    .requiredOption("--for <goal>", "condition=WORD, FIELD=VALUE like phase=Completed, jsonpath={.path}=VALUE, or delete")
    .option("-e, --environment <name>", "of an application in this environment: Healthy once every cluster proved it")
    .addOption(timeoutOption("how long", "5m"))
    .action(async (what: string, given: string | undefined, options: WaitOptions, command: Command) => {
      const [kind = "", ...inner] = what.split("/");
      const resource = resourceNamed(kind);
      const name = inner.length > 0 ? inner.join("/") : given;
      if (name === undefined) return command.error(`error: say which ${resource.view.kind}: drover wait ${resource.view.kind}/NAME`);
      const client = clientFor(cli, command);
      const { environment } = options;
      const goal = parseGoal(options.for);
      const load = () => orGone(environment === undefined ? getResource(client, resource, name) : placement(client, name, environment));
      const deadline = performance.now() + options.timeout;
      const ask = askPatiently(load, { say: cli.say, deadline });
      for (;;) {
        const verdict = goal(await ask());
        if (verdict.kind === "met") return cli.out(`${resource.view.kind}/${name} ${verdict.because}\n`);
        if (verdict.kind === "impossible" || performance.now() > deadline)
          throw new DroverError(
            verdict.kind === "impossible" ? "wrong-state" : "timeout",
            verdict.kind === "impossible" ? "WAIT_IN_VAIN" : "WAIT_TIMEOUT",
            `wait for ${resource.view.kind}/${name}: ${verdict.because}${verdict.kind === "impossible" ? ", and stays so" : ` after ${Math.round(options.timeout / 1000)} s`}`,
          );
        await delay(pollMs);
      }
    });
}

/** With the words that `get placements` shows. */
async function placement(client: Client, application: string, environment: string): Promise<unknown> {
  const found = await client("getPlacement", { params: { application, environment } });
  return { ...found, health: healthOf(found), sync: syncOf(found) };
}

const orGone = (loading: Promise<unknown>): Promise<unknown> =>
  loading.catch((error: unknown) => {
    if (error instanceof DroverError && error.kind === "not-found") return undefined;
    throw error;
  });

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createProgress } from "@drover/demo";
import { errorChain } from "@drover/kit";
import { createLog, Lifecycle } from "@drover/kit/node";
import { measureAgent } from "./agent/agent-group.ts";
import { measureApi } from "./api/api-group.ts";
import { measureBadInput } from "./bad-input/bad-input-group.ts";
import { measureCli } from "./cli/cli-group.ts";
import { measureConsole } from "./console/console-group.ts";
import type { BenchOptions, Group } from "./harness/bench.ts";
import { describe, describeEnvironment, type Environment } from "./harness/environment.ts";
import { type Row, rowOf } from "./harness/row.ts";
import { table } from "./harness/table.ts";
import { measureRollouts } from "./rollout/rollout-group.ts";

// npm run bench [-- GROUP...] [--json FILE]. Status 0: measured, whether targets are met or not; 1: a figure is void; 2: wrong options.

const groups: Readonly<Record<string, Group>> = {
  agent: measureAgent,
  rollout: measureRollouts,
  cli: measureCli,
  console: measureConsole,
  api: measureApi,
  "bad-input": measureBadInput,
};

const usage = `usage: npm run bench [-- GROUP...] [--json FILE] [--agents N] [--rollouts N] [--clusters N] [--applications N] [--statuses N]
  GROUP       ${Object.keys(groups).join(", ")}; all when absent
  --json      writes the rows with all that is known of this machine
  --agents    simulated agents of the group rollout (100)
  --rollouts  rollouts of a new revision, and as many of known ones (20)
  --clusters, --applications, --statuses
              of the group api: clusters (10000), applications of each (50), and statuses that come in each second beside the lists (20000)
`;

const deadlineMs = 15 * 60_000;
const progress = createProgress((line) => process.stderr.write(`${line}\n`));

interface Command {
  readonly chosen: readonly (readonly [string, Group])[];
  readonly json: string | undefined;
  readonly options: BenchOptions;
}

function parseCommand(args: readonly string[]): Command | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: "string" },
        agents: { type: "string", default: "100" },
        rollouts: { type: "string", default: "20" },
        clusters: { type: "string", default: "10000" },
        applications: { type: "string", default: "50" },
        statuses: { type: "string", default: "20000" },
      },
    });
    const names = positionals.length === 0 ? Object.keys(groups) : positionals;
    const chosen = names.map((name) => [name, groups[name] as Group] as const);
    const { agents, rollouts, clusters, applications, statuses } = values;
    const options = {
      agents: Number(agents),
      rollouts: Number(rollouts),
      clusters: Number(clusters),
      applications: Number(applications),
      statuses: Number(statuses),
    };
    const isRight = chosen.every(([, group]) => group !== undefined) && Object.values(options).every((n) => Number.isInteger(n) && n > 0);
    return isRight ? { chosen, json: values.json, options } : undefined;
  } catch {
    return undefined;
  }
}

async function measure(name: string, group: Group, environment: Environment, options: BenchOptions, root: string): Promise<readonly Row[]> {
  const folder = join(root, name);
  await mkdir(folder, { mode: 0o700 });
  const lifecycle = new Lifecycle(createLog("bench", "warn"), 15_000);
  const say = (line: string): void => progress.line(`${name}: ${line}`);
  try {
    const measured = await group({ folder, lifecycle, signal: AbortSignal.timeout(deadlineMs), say, options });
    return measured.map((one) => rowOf(one, environment));
  } finally {
    await lifecycle.stop();
  }
}

async function main(): Promise<number> {
  const command = parseCommand(process.argv.slice(2));
  if (command === undefined) {
    process.stderr.write(usage);
    return 2;
  }
  const root = await mkdtemp(join(tmpdir(), "drover-bench-"));
  try {
    const environment = await describeEnvironment(root);
    progress.line(describe(environment));
    const rows: Row[] = [];
    for (const [name, group] of command.chosen) rows.push(...(await measure(name, group, environment, command.options, root)));
    process.stdout.write(`${describe(environment)}\n\n${table(rows)}\n`);
    if (command.json !== undefined) await writeFile(command.json, `${JSON.stringify(rows, undefined, 2)}\n`);
    await rm(root, { recursive: true, force: true });
    return 0;
  } catch (error) {
    process.stderr.write(`bench: the run is void: ${errorChain(error)}\nits logs are in ${root}\n`);
    return 1;
  }
}

process.exit(await main());

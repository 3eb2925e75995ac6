import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DroverError } from "@drover/kit";
import type { Bench } from "../harness/bench.ts";
import { type Measurement, series } from "../harness/row.ts";

const fileOf = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const bundle = fileOf("cli/dist/drover.mjs");
const warmUps = 3;
const samples = 30;
/** What a person does not notice. */
const target = { p50: 150 };

interface Started {
  readonly id: string;
  readonly name: string;
  readonly program: readonly string[];
}

/** How long the command line takes from its start to its end, as the shell sees it, beside a Node that does nothing. */
export async function measureCli({ folder, lifecycle, say }: Bench): Promise<readonly Measurement[]> {
  await finished([process.execPath, fileOf("cli/bundle.ts")], {});
  const server = createServer((_request, response) => response.setHeader("content-type", "application/json").end('{"items":[]}'));
  await once(server.listen(0, "127.0.0.1"), "listening");
  lifecycle.add("server", async () => void (await once(server.close(), "close")));
  const { port } = server.address() as AddressInfo;
  const env = { DROVER_CONFIG: join(folder, "config"), DROVER_SERVER: `http://127.0.0.1:${port}`, DROVER_TOKEN: "none" };

  const commands: readonly Started[] = [
    { id: "cli-version", name: "drover version --client", program: [process.execPath, bundle, "version", "--client"] },
    { id: "cli-get", name: "drover get clusters", program: [process.execPath, bundle, "get", "clusters"] },
    { id: "cli-clone", name: "./drover version --client, from a clone", program: [fileOf("drover"), "version", "--client"] },
  ];
  const measured: Measurement[] = [];
  for (const { id, name, program } of commands) {
    say(name);
    const [taken, floor]: [number[], number[]] = [[], []];
    for (let run = -warmUps; run < samples; run++) {
      const [own, bare] = [await timed(program, env), await timed([process.execPath, "-e", "0"], env)];
      if (run < 0) continue;
      taken.push(own);
      floor.push(bare);
    }
    measured.push(series({ id, name, target, floor }, taken));
  }
  return measured;
}

async function timed(program: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const start = performance.now();
  await finished(program, env);
  return performance.now() - start;
}

async function finished([program = "", ...args]: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn(program, args, { env: { PATH: process.env["PATH"], ...env }, stdio: "ignore" });
  const [status] = (await once(child, "close")) as [number | null];
  if (status !== 0)
    throw new DroverError("internal", "BENCH_VOID", `${program} ${args.join(" ")}: it ended with status ${status ?? "of a signal"}`);
}

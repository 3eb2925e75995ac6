import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { locateSchemathesis } from "@drover/tools";

const configFile = fileURLToPath(new URL("schemathesis.toml", import.meta.url));

export interface FuzzTarget {
  readonly apiUrl: string;
  /** An administrator's. */
  readonly token: string;
  readonly caFile: string;
}

export interface FuzzResult {
  readonly ok: boolean;
  /** What was found, each with a command that shows it again. */
  readonly output: string;
}

/** Streams have no end to wait for, and a client that revokes tokens at random ends its own. */
const leftOut = "^(watch|getApplicationLogs$|revokeApiToken$)";

const checks = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"];

/** Asks every operation, with data that its schema allows and data that it does not, for so long; `seed` makes a run repeatable. */
export async function runSchemathesis(target: FuzzTarget, seconds: number, seed: number): Promise<FuzzResult> {
  const program = await locateSchemathesis();
  const args = [
    `--config-file=${configFile}`,
    "run",
    `${target.apiUrl}/openapi.json`,
    `--header=Authorization: Bearer ${target.token}`,
    `--tls-verify=${target.caFile}`,
    `--exclude-operation-id-regex=${leftOut}`,
    `--checks=${checks.join(",")}`,
    "--phases=examples,coverage,fuzzing",
    `--max-time=${seconds}`,
    "--request-timeout=25",
    "--continue-on-failure",
    "--suppress-health-check=all",
    "--generation-database=none",
    "--warnings=off",
    `--seed=${seed}`,
    "--no-color",
  ];
  const folder = await mkdtemp(join(tmpdir(), "drover-test-schemathesis-")); // it writes what it found where it runs
  const child = spawn(program, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"], timeout: (seconds + 120) * 1000 });
  let output = "";
  const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-maxOutput));
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  await rm(folder, { recursive: true, force: true });
  return { ok: code === 0, output };
}

const maxOutput = 200_000;

import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import { arch, cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { findProgram, type ProgramName, programNamed, startPostgres } from "@drover/tools";
import packageJson from "../../../package.json" with { type: "json" };
import { summarise } from "./statistics.ts";

/** Where figures were measured, and how fast that place is without Drover. */
export interface Environment {
  readonly at: string;
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Over 1, 5 and 15 minutes, before anything of ours ran. Above 0.5 somebody else was at work. */
  readonly loadAverage: readonly number[];
  readonly calibration: Calibration;
}

export interface Calibration {
  readonly fdatasyncMs: { readonly p50: number; readonly p99: number };
  readonly loopbackMs: { readonly p50: number; readonly p99: number };
  readonly selectOneMs: { readonly p50: number; readonly p99: number };
  readonly commitMs: { readonly p50: number; readonly p99: number };
  readonly sha256MBps: number;
}

export async function describeEnvironment(folder: string): Promise<Environment> {
  const loadAverage = loadavg().map((load) => Math.round(load * 100) / 100);
  const { postgresVersion, ...postgres } = await measurePostgres(join(folder, "calibration"));
  return {
    at: new Date().toISOString(),
    cores: cpus().length,
    cpu: `${cpus()[0]?.model ?? "unknown"} (${arch()})`,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    versions: {
      drover: packageJson.version,
      node: process.version,
      git: await versionOf("git"),
      postgres: postgresVersion,
      nats: await versionOfProgram("nats-server"),
      kubernetes: await versionOfProgram("kube-apiserver"),
    },
    loadAverage,
    calibration: { fdatasyncMs: await measureSync(folder), loopbackMs: await measureLoopback(), ...postgres, sha256MBps: measureHash() },
  };
}

export const describe = ({ cores, memoryGiB, kernel, versions, loadAverage, calibration }: Environment): string =>
  [
    `${cores} cores, ${memoryGiB} GiB, Linux ${kernel}, load ${loadAverage.join(" ")}`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
    Object.entries(calibration)
      .map(([name, value]) =>
        typeof value === "number" ? `${name} ${value.toFixed(0)}` : `${name} ${value.p50.toFixed(2)}/${value.p99.toFixed(2)}`,
      )
      .join(", "),
  ].join("\n");

async function timed(n: number, work: () => Promise<unknown>): Promise<{ readonly p50: number; readonly p99: number }> {
  const samples = [];
  await work();
  for (let index = 0; index < n; index += 1) {
    const start = performance.now();
    await work();
    samples.push(performance.now() - start);
  }
  const { p50, p99 } = summarise(samples);
  return { p50, p99 };
}

async function measureSync(folder: string): Promise<Calibration["fdatasyncMs"]> {
  const file = await open(join(folder, "sync"), "w");
  const page = Buffer.alloc(8192, 1);
  try {
    return await timed(200, async () => {
      await file.write(page, 0, page.length, 0);
      await file.datasync();
    });
  } finally {
    await file.close();
  }
}

async function measureLoopback(): Promise<Calibration["loopbackMs"]> {
  const server = createServer({ noDelay: true }, (socket) => void socket.pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const socket = connect({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", noDelay: true });
  try {
    return await timed(1_000, () => new Promise((resolve) => socket.once("data", resolve).write("x")));
  } finally {
    socket.destroy();
    server.close();
  }
}

function measureHash(): number {
  const block = randomBytes(16 * 1024 * 1024);
  const start = performance.now();
  createHash("sha256").update(block).digest();
  return 16 / ((performance.now() - start) / 1000);
}

async function measurePostgres(
  dataDir: string,
): Promise<Pick<Calibration, "selectOneMs" | "commitMs"> & { readonly postgresVersion: string }> {
  const postgres = await startPostgres({ dataDir, durable: true });
  const client = new pg.Client(postgres.url);
  try {
    await client.connect();
    await client.query("create table calibration (n int)");
    const version = await client.query<{ server_version: string }>("show server_version");
    return {
      selectOneMs: await timed(500, () => client.query("select 1")),
      commitMs: await timed(200, () => client.query("insert into calibration values (1)")),
      postgresVersion: version.rows[0]?.server_version ?? "unknown",
    };
  } finally {
    await client.end();
    await postgres.stop();
  }
}

async function versionOfProgram(name: ProgramName): Promise<string> {
  const { candidate } = await findProgram(programNamed(name), process.env);
  return candidate === undefined ? "absent" : versionOf(candidate.file);
}

async function versionOf(file: string): Promise<string> {
  const { stdout } = await promisify(execFile)(file, ["--version"], { timeout: 10_000, killSignal: "SIGKILL" });
  return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? "unknown";
}

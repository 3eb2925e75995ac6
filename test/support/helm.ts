import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { locate } from "@drover/tools";

/** The Helms that charts are written for: today's, and the one that many still use. */
export const helms = ["helm", "helm3"] as const;
type Helm = (typeof helms)[number];

export const agentChart = fileURLToPath(new URL("../../charts/drover-agent", import.meta.url));

export const serverChart = fileURLToPath(new URL("../../charts/drover", import.meta.url));

export interface HelmResult {
  readonly ok: boolean;
  readonly out: string;
  readonly said: string;
}

const deadlineMs = 60_000;

/** Runs Helm with nothing of this machine's configuration, plugins and repositories. Its failure is an answer too. */
export async function helm(program: Helm, args: readonly string[], kubeconfig = "/dev/null"): Promise<HelmResult> {
  const file = await locate(program);
  const home = await mkdtemp(join(tmpdir(), "drover-helm-"));
  const env = { PATH: process.env["PATH"], HOME: home, KUBECONFIG: kubeconfig };
  const limits = { timeout: deadlineMs, killSignal: "SIGKILL", maxBuffer: 16 * 1024 * 1024 } as const;
  try {
    return await new Promise((resolve) =>
      execFile(file, args, { env, ...limits }, (error, out, said) => resolve({ ok: error === null, out, said })),
    );
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

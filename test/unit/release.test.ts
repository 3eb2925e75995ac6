import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { expect, test } from "vitest";
import { agentVersion } from "../../agent/src/version.ts";

const root = join(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

test("every part has the same version", () => {
  const packages = ["package.json", ...globSync("*/package.json", { cwd: root })].map((file) => [
    file,
    (JSON.parse(read(file)) as { readonly version: string }).version,
  ]);
  const charts = globSync("charts/*/Chart.yaml", { cwd: root }).flatMap((file) => {
    const { version, appVersion } = parse(read(file)) as { readonly version: string; readonly appVersion: string };
    return [
      [file, version],
      [`${file}'s application`, appVersion],
    ];
  });
  expect(charts.length).toBe(4);
  const parts = [...packages, ...charts, ["the agent's reports", agentVersion]];
  expect(parts.filter(([, each]) => each !== agentVersion)).toEqual([]);
});

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly needs?: string | readonly string[]; readonly steps: readonly Step[] }>>;
}
interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

const workflows = globSync(".github/workflows/*.yaml", { cwd: root });

test.each(workflows)("%s uses nothing that can change under it", (file) => {
  const uses = [...read(file).matchAll(/uses: (.*)$/gm)].map(([, action]) => action);
  expect(uses.length).toBeGreaterThan(0);
  expect(uses.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action ?? ""))).toEqual([]);
});

test.each(workflows)("%s may write only where a job says so, leaves no credentials behind, and names no registry", (file) => {
  const { permissions, jobs } = parse(read(file)) as Workflow;
  expect(permissions).toEqual({ contents: "read" });
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
  expect(checkouts.filter((step) => step.with?.["persist-credentials"] !== false)).toEqual([]);
  expect(read(file)).not.toMatch(/\b[a-z0-9-]+\.(io|com|dev|org|net)\b/);
  const needed = Object.values(jobs).flatMap(({ needs = [] }) => needs);
  expect(needed.filter((name) => jobs[name] === undefined)).toEqual([]);
});

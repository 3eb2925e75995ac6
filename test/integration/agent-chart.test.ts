import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { nodeFlags, processEnvironment } from "@drover/agent";
import type { JsonObject } from "@drover/kit";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { agentChart, helm, type HelmResult, helms } from "../support/helm.ts";
import { renderChart } from "../support/render-chart.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const examples = join(agentChart, "test-values");
const names = readdirSync(examples).flatMap((file) => /^([^.]+)\.yaml$/.exec(file)?.[1] ?? []);

/** Without a version of their own both Helms would render for the Kubernetes they were built with. */
const template = ["template", "agent", agentChart, "--namespace=drover-system", "--kube-version=1.36.0"];

describe.each(helms)("%s", (program) => {
  const render = (values: JsonObject): Promise<HelmResult> => renderChart(program, template, values);

  test.each([undefined, ...names])("finds nothing to say of the values %s", async (name) => {
    const values = name === undefined ? [] : ["--values", join(examples, `${name}.yaml`)];
    const { ok, out, said } = await helm(program, ["lint", "--strict", agentChart, ...values]);
    expect({ ok, problems: `${out}${said}`.match(/^\[(WARNING|ERROR)\].*$/gm) }).toEqual({ ok: true, problems: null });
  });

  test.each(names)("renders the values %s as they were reviewed", async (name) => {
    const { out, said } = await helm(program, [...template, "--values", join(examples, `${name}.yaml`)]);
    expect(said).toBe("");
    await expect(out).toMatchFileSnapshot(join(examples, `${name}.golden.yaml`));
  });

  test("asks for what it cannot do without", async () => {
    const { ok, said } = await render({});
    expect({ ok, asked: /apiUrl is needed.*/.test(said) }).toEqual({ ok: false, asked: true });
  });

  const apiUrl = "https://drover.example.com";
  test.each<{ readonly name: string; readonly values: JsonObject; readonly says: string }>([
    { name: "an address without TLS", values: { apiUrl: "http://drover.example.com" }, says: "apiUrl" },
    { name: "an unknown key", values: { apiUrl, replicas: 2 }, says: "replicas" },
    { name: "an unknown key further down", values: { apiUrl, image: { name: "agent" } }, says: "name" },
    { name: "an unknown profile", values: { apiUrl, profile: "admin" }, says: "profile" },
    { name: "a number as a tag", values: { apiUrl, image: { tag: 1 } }, says: "tag" },
    { name: "a text as a port", values: { apiUrl, healthPort: "8081" }, says: "healthPort" },
    { name: "a token that is none", values: { apiUrl, enrolment: { token: "secret" } }, says: "token" },
    { name: "two authorities", values: { apiUrl, ca: { sha256: "0".repeat(64), existingSecret: "ca" } }, says: "ca" },
    {
      name: "a token twice",
      values: { apiUrl, enrolment: { token: `drv1_${"a".repeat(26)}_${"B".repeat(43)}`, existingSecret: "token" } },
      says: "enrolment",
    },
    {
      name: "a ServiceAccount without a namespace",
      values: { apiUrl, impersonation: { serviceAccounts: [{ name: "a" }] } },
      says: "namespace",
    },
    { name: "a namespace that cannot be one", values: { apiUrl, namespaces: ["Shop"] }, says: "namespaces" },
    { name: "a rule without verbs", values: { apiUrl, namespaceRules: [{ apiGroups: [""], resources: ["pods"] }] }, says: "verbs" },
  ])("refuses $name", async ({ values, says }) => {
    const { ok, said } = await render(values);
    expect(ok).toBe(false);
    expect(said).toContain("values don't meet the specifications of the schema");
    expect(said).toContain(says);
  });
});

test("the schema has no value that values.yaml does not explain", async () => {
  const values = parse(await readFile(join(agentChart, "values.yaml"), "utf8")) as JsonObject;
  const { properties } = JSON.parse(await readFile(join(agentChart, "values.schema.json"), "utf8")) as { readonly properties: JsonObject };
  const { global: _givenByParents, ...own } = properties;
  expect(Object.keys(values).toSorted()).toEqual(Object.keys(own).toSorted());
});

test("no profile but cluster-admin grants escalation, foreign pods' shells or everything", async () => {
  for (const name of ["minimal", "impersonating", "namespaced"]) {
    const { out } = await helm("helm", [...template, "--values", join(examples, `${name}.yaml`)]);
    expect(out).not.toMatch(/escalate|\bbind\b|pods\/exec|cluster-admin|"\*"/);
  }
});

test("a released chart installs one image, by its digest, and carries nothing of the tests", async () => {
  const folder = await mkdtemp(join(tmpdir(), "drover-chart-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const chart = join(folder, "drover-agent");
  const digest = `sha256:${"0".repeat(64)}`;
  const image = ["--registry", "registry.example.com", "--repository", "fleet/agent", "--digest", digest];
  await run(process.execPath, [join(root, "scripts/release-chart.ts"), "--out", chart, ...image], { cwd: root });
  expect((await helm("helm", ["package", chart, "--destination", folder])).ok).toBe(true);
  const [archive = ""] = readdirSync(folder).filter((file) => file.endsWith(".tgz"));
  const { out } = await helm("helm", ["template", "agent", join(folder, archive), "--set", "apiUrl=https://drover.example.com"]);
  expect([...new Set(out.match(/image: .*/g))]).toEqual([`image: "registry.example.com/fleet/agent@${digest}"`]);
  expect((await run("tar", ["tf", join(folder, archive)])).stdout).not.toContain("test-values");
});

test("Node starts as in the demo and in benchmarks", async () => {
  const rendered = await readFile(join(examples, "minimal.golden.yaml"), "utf8");
  expect(rendered.replaceAll(/\s+- /g, " ")).toContain(["node", ...nodeFlags, "/app/drover-agent.mjs"].join(" "));
  const dockerfile = await readFile(join(root, "agent/Dockerfile"), "utf8");
  for (const [name, value] of Object.entries(processEnvironment)) expect(dockerfile).toContain(`${name}=${value}`);
});

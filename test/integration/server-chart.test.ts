import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "@drover/kit";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { createMetrics } from "../../control-plane/src/adapters/telemetry/metrics.ts";
import { settings } from "../../control-plane/src/settings.ts";
import { helm, type HelmResult, helms, serverChart } from "../support/helm.ts";
import { renderChart } from "../support/render-chart.ts";
import { sharedKubernetes } from "../support/kubernetes.ts";

const examples = join(serverChart, "test-values");
const names = readdirSync(examples).flatMap((file) => /^([^.]+)\.yaml$/.exec(file)?.[1] ?? []);

/** Without a version of their own both Helms would render for the Kubernetes they were built with. */
const template = ["template", "drover", serverChart, "--namespace=drover-system", "--kube-version=1.36.0"];

describe.each(helms)("%s", (program) => {
  const render = (values: JsonObject): Promise<HelmResult> => renderChart(program, template, values);

  test.each([undefined, ...names])("finds nothing to say of the values %s", async (name) => {
    const values = name === undefined ? [] : ["--values", join(examples, `${name}.yaml`)];
    const { ok, out, said } = await helm(program, ["lint", "--strict", serverChart, ...values]);
    expect({ ok, problems: `${out}${said}`.match(/^\[(WARNING|ERROR)\].*$/gm) }).toEqual({ ok: true, problems: null });
  });

  test.each(names)("renders the values %s as they were reviewed", async (name) => {
    const { out, said } = await helm(program, [...template, "--values", join(examples, `${name}.yaml`)]);
    expect(said).toBe("");
    await expect(out).toMatchFileSnapshot(join(examples, `${name}.golden.yaml`));
  });

  const fleet = { repository: "https://git.example.com/fleet.git" };
  const needed = { fleet, postgresql: { existingSecret: "database" }, nats: { urls: ["tls://nats:4222"] } };
  test.each<{ readonly values: JsonObject; readonly asks: RegExp }>([
    { values: {}, asks: /is needed/ },
    { values: { fleet }, asks: /is needed.*evaluation\.enabled/ },
    { values: { fleet, postgresql: { existingSecret: "database" } }, asks: /nats\.urls is needed.*evaluation\.enabled/ },
    { values: { postgresql: { existingSecret: "database" }, nats: { urls: ["tls://nats:4222"] } }, asks: /fleet\.repository is needed/ },
    {
      values: {
        ...needed,
        tls: { existingSecret: "certificate" },
        route: { enabled: true, tls: "Terminate", parentRefs: [{ name: "edge" }] },
      },
      asks: /route\.backendHostname is needed/,
    },
  ])("asks for what it cannot do without: $asks", async ({ values, asks }) => {
    const { ok, said } = await render(values);
    expect({ ok, asked: asks.test(said) }).toEqual({ ok: false, asked: true });
  });

  test.each<{ readonly name: string; readonly values: JsonObject; readonly says: string }>([
    { name: "an unknown key", values: { replica: 2 }, says: "replica" },
    { name: "an unknown key further down", values: { evaluation: { postgresql: { version: 18 } } }, says: "version" },
    { name: "a repository on disk", values: { fleet: { repository: "file:///fleet.git" } }, says: "repository" },
    { name: "NATS without TLS", values: { nats: { urls: ["nats://nats:4222"] } }, says: "urls" },
    { name: "an unknown role", values: { roles: ["leader"] }, says: "roles" },
    { name: "a text as a port", values: { ports: { rest: "8443" } }, says: "rest" },
    { name: "credentials without their Secret", values: { credentials: [{ name: "git-host" }] }, says: "existingSecret" },
    { name: "a poll that is no duration", values: { sourcePoll: "often" }, says: "sourcePoll" },
    { name: "a place where TLS ends that is none", values: { route: { tls: "Edge" } }, says: "tls" },
    { name: "an address that may be called, without a port", values: { egress: { allow: ["169.254.169.254"] } }, says: "allow" },
  ])("refuses $name", async ({ values, says }) => {
    const { ok, said } = await render(values);
    expect(ok).toBe(false);
    expect(said).toContain("values don't meet the specifications of the schema");
    expect(said).toContain(says);
  });
});

test("the schema has no value that values.yaml does not explain", async () => {
  const values = parse(await readFile(join(serverChart, "values.yaml"), "utf8")) as JsonObject;
  const { properties } = JSON.parse(await readFile(join(serverChart, "values.schema.json"), "utf8")) as { readonly properties: JsonObject };
  const { global: _givenByParents, ...own } = properties;
  expect(Object.keys(values).toSorted()).toEqual(Object.keys(own).toSorted());
});

test("every variable that it sets is a setting", async () => {
  const known = new Set<string>(Object.values(settings).map(({ name }) => name));
  for (const name of names) {
    const golden = await readFile(join(examples, `${name}.golden.yaml`), "utf8");
    for (const [, variable = ""] of golden.matchAll(/name: (DROVER_\w+|DATABASE_URL)\b/g)) expect(known).toContain(variable);
  }
});

test("no pod but bootstrap's has a token of the cluster, and nobody may do anything outside the namespace", async () => {
  for (const name of names) {
    const golden = await readFile(join(examples, `${name}.golden.yaml`), "utf8");
    expect(golden).not.toMatch(/kind: ClusterRole/);
    expect(golden.match(/automountServiceAccountToken: true/g)).toHaveLength(2); // the Job and the CronJob
  }
});

test("the values that its README begins a production with are accepted", async () => {
  const [, values = ""] = /```yaml\n# my-values.yaml\n([\s\S]*?)```/.exec(await readFile(join(serverChart, "README.md"), "utf8")) ?? [];
  expect((await renderChart("helm", template, parse(values) as JsonObject)).said).toBe("");
});

test("the images that the chart names for its catalogue are those of its values", async () => {
  const chart = parse(await readFile(join(serverChart, "Chart.yaml"), "utf8")) as {
    appVersion: string;
    annotations: Record<string, string>;
  };
  const named = (parse(chart.annotations["artifacthub.io/images"] ?? "") as readonly { image: string }[]).map(({ image }) => image);
  const { image, evaluation } = parse(await readFile(join(serverChart, "values.yaml"), "utf8")) as {
    image: { repository: string };
    evaluation: Record<string, { image: string }>;
  };
  expect(named).toEqual([`${image.repository}:${chart.appVersion}`, ...Object.values(evaluation).flatMap((each) => each.image ?? [])]);
});

test("alerts and dashboard ask for metrics that there are", async () => {
  const { text } = await createMetrics({ version: "0", count: () => Promise.reject(new Error("no database")) }).text();
  const known = new Set([...text.matchAll(/^# HELP (\w+)/gm)].map(([, metric = ""]) => metric));
  const golden = await readFile(join(examples, "everything.golden.yaml"), "utf8");
  const asked = [...golden.matchAll(/\bdrover_\w+/g)].map(([metric]) => metric.replace(/_(bucket|count|sum)$/, ""));
  expect(new Set(asked).size).toBeGreaterThan(5);
  for (const metric of asked.filter((each) => each !== "drover_labels")) expect(known).toContain(metric);
});

test("the API server accepts every reviewed rendering, each field of it", async () => {
  const { kubectl } = await sharedKubernetes();
  const namespace = `t-server-render-${process.pid}`;
  await kubectl(["create", "namespace", namespace]);
  onTestFinished(async () => void (await kubectl(["delete", "namespace", namespace, "--wait=false"])));
  for (const name of names) {
    const golden = await readFile(join(examples, `${name}.golden.yaml`), "utf8");
    const known = parseAllDocuments(golden.replaceAll("drover-system", namespace))
      .map((document) => document.toJS() as JsonObject | null)
      .filter((object) => object !== null)
      // Neither the Prometheus operator nor the Gateway API is there to say what theirs are; a dry run of a pod wants its ServiceAccount.
      .filter(({ apiVersion, kind }) => !/monitoring\.coreos|gateway\.networking/.test(String(apiVersion)) && kind !== "Pod");
    const told = await kubectl(
      ["apply", "--dry-run=server", "--validate=strict", "--namespace", namespace, "--output=name", "-f", "-"],
      known.map((object) => JSON.stringify(object)).join("\n"),
    );
    expect(told.trim().split("\n")).toHaveLength(known.length);
  }
});

import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Kubernetes, startKubernetes } from "@drover/tools";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder: string;
let cluster: Kubernetes;

// The first time on a machine this builds Kubernetes.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "drover-kubernetes-"));
  cluster = await startKubernetes({ dataDir: join(folder, "cluster"), name: "test" });
}, 1_800_000);
afterAll(async () => {
  await cluster?.stop();
  await rm(folder, { recursive: true, force: true });
});

const deployment = (name: string, annotations: Readonly<Record<string, string>> = {}): string =>
  JSON.stringify({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      replicas: 2,
      progressDeadlineSeconds: 2,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name }, annotations }, spec: { containers: [{ name: "main", image: "example.com/app:1" }] } },
    },
  });

test("a Deployment becomes available and its pods have logs", async () => {
  await cluster.kubectl(["apply", "-f", "-"], deployment("web"));
  await cluster.kubectl(["wait", "--for=condition=Available", "deployment/web", "--timeout=30s"]);
  expect(await cluster.kubectl(["logs", "deployment/web"])).toContain("listening on 8080");
});

test("a crashing workload is in CrashLoopBackOff and exceeds its deadline", async () => {
  await cluster.kubectl(["apply", "-f", "-"], deployment("bad", { "drover.test/outcome": "crash" }));
  const query = (kind: string, path: string): Promise<string> => cluster.kubectl(["get", kind, "-l", "app=bad", "-o", `jsonpath=${path}`]);
  await expect
    .poll(() => query("pods", "{.items[*].status.containerStatuses[*].state.waiting.reason}"), { timeout: 30_000 })
    .toBe("CrashLoopBackOff CrashLoopBackOff");
  const reason = '{.status.conditions[?(@.type=="Progressing")].reason}';
  await expect
    .poll(() => cluster.kubectl(["get", "deployment", "bad", "-o", `jsonpath=${reason}`]), { timeout: 30_000 })
    .toBe("ProgressDeadlineExceeded");
});

test("a service account's kubeconfig is private and gives its rights alone", async () => {
  await cluster.kubectl(["create", "serviceaccount", "agent"]);
  await cluster.kubectl(["create", "rolebinding", "agent", "--clusterrole=view", "--serviceaccount=default:agent"]);
  const kubeconfig = await cluster.serviceAccountKubeconfig("default", "agent");
  expect((await stat(kubeconfig)).mode & 0o777).toBe(0o600);
  const asAgent = (...args: readonly string[]): Promise<string> => cluster.kubectl(["--kubeconfig", kubeconfig, ...args]);
  expect(await asAgent("get", "configmaps", "-o", "name")).toContain("kube-root-ca.crt");
  await expect(asAgent("get", "secrets")).rejects.toThrow("cannot list resource");
});

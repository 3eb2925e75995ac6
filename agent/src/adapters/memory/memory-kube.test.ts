import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kubeContract } from "../../app/kube-contract.ts";
import { createMemoryCluster } from "./cluster.ts";
import { startMemoryHost } from "./host.ts";
import { createMemoryAdmin, createRemoteKube } from "./remote.ts";

const options = { podStartMs: 20, bookmarkEveryMs: 500 };

kubeContract("an in-memory cluster", async () => {
  const cluster = createMemoryCluster({ name: "contract", ...options });
  return {
    kube: cluster.kube,
    bookmarking: cluster.kube,
    forgetHistory: async () => cluster.compact(),
    close: async () => cluster.close(),
  };
});

kubeContract("an in-memory cluster in another process", async () => {
  const folder = await mkdtemp(join(tmpdir(), "drover-memory-"));
  const socketPath = join(folder, "clusters.sock");
  const host = await startMemoryHost({ socketPath, clusters: ["other", "contract"], ...options });
  const kube = createRemoteKube({ socketPath, cluster: "contract" });
  const admin = createMemoryAdmin({ socketPath, cluster: "contract" });
  return {
    kube,
    bookmarking: kube,
    forgetHistory: () => admin.compact(),
    close: async () => {
      await Promise.all([kube.close(), admin.close()]);
      await host.close();
      await rm(folder, { recursive: true });
    },
  };
});

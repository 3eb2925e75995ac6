import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startKubernetes } from "@drover/tools";
import { createKube } from "../../agent/src/adapters/kube/kube.ts";
import { kubeconfigConnection } from "../../agent/src/adapters/kube/connection.ts";
import { kubeContract } from "../../agent/src/app/kube-contract.ts";

kubeContract("a real API server", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "drover-kube-contract-"));
  const cluster = await startKubernetes({ dataDir, name: "contract" });
  const connection = await kubeconfigConnection(cluster.kubeconfig);
  const kube = createKube({ connection });
  // The server sends a bookmark two seconds before it ends a watch; otherwise once a minute.
  const bookmarking = createKube({ connection, watchSeconds: 5 });
  return {
    kube,
    bookmarking,
    // The history of a kind begins when it is defined, which is all that the suite needs.
    forgetHistory: async () => {},
    close: async () => {
      await Promise.all([kube.close(), bookmarking.close()]);
      await cluster.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
});

import { createKube } from "../../agent/src/adapters/kube/kube.ts";
import { kubeconfigConnection } from "../../agent/src/adapters/kube/connection.ts";
import { kubeContract } from "../../agent/src/app/kube-contract.ts";
import { deleteNamespaces } from "../support/delete-world.ts";
import { sharedKubernetes } from "../support/kubernetes.ts";

kubeContract("a real API server", async () => {
  const cluster = await sharedKubernetes();
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
      await deleteNamespaces(kube, "contract-");
      await Promise.all([kube.close(), bookmarking.close()]);
    },
  };
});

import { kubeContract } from "../../app/kube-contract.ts";
import { createMemoryCluster } from "./cluster.ts";

kubeContract("an in-memory cluster", async () => {
  const cluster = createMemoryCluster({ name: "contract", podStartMs: 20, bookmarkEveryMs: 500 });
  return {
    kube: cluster.kube,
    bookmarking: cluster.kube,
    forgetHistory: async () => cluster.compact(),
    close: async () => cluster.close(),
  };
});

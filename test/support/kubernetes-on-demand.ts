import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorChain } from "@drover/kit";
import { type Kubernetes, startKubernetes } from "@drover/tools";

/** What the workers are told: where the cluster is, or why there is none. */
export type KubernetesAnswer = { readonly dataDir: string } | { readonly failed: string };

export interface KubernetesOnDemand {
  /** Whoever connects gets a `KubernetesAnswer` as JSON once the cluster runs. */
  readonly socketPath: string;
  stop(): Promise<void>;
}

/** One real Kubernetes for the whole run, started when the first test asks for it. A run that never asks does not pay for it. */
export async function offerKubernetes(): Promise<KubernetesOnDemand> {
  const folder = await mkdtemp(join(tmpdir(), "drover-test-kubernetes-"));
  const socketPath = join(folder, "socket");
  let starting: Promise<Kubernetes> | undefined;
  const answer = async (): Promise<KubernetesAnswer> => {
    try {
      starting ??= startKubernetes({ dataDir: join(folder, "cluster"), name: "shared" });
      return { dataDir: (await starting).dataDir };
    } catch (error) {
      return { failed: errorChain(error) };
    }
  };
  const server = createServer((socket) => {
    socket.on("error", () => {}); // a worker that was ended meanwhile
    void answer().then((said) => socket.end(JSON.stringify(said)));
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    socketPath,
    async stop() {
      server.close();
      await starting?.then(
        (cluster) => cluster.stop(),
        () => {},
      );
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import { toDroverError } from "@drover/kit";
import type { Application } from "./application.ts";
import type { EngineContext } from "./context.ts";

/** Makes the application's namespace as `CreateNamespace=true` asks. It is nobody's: it outlives the application. */
export async function createNamespace({ access }: Application, name: string, context: EngineContext): Promise<void> {
  const resource = context.discovery.find("", "Namespace");
  if (!resource) return;
  const ref = { resource, namespace: undefined, name };
  if (await access.kube.get(ref, context.signal)) return;
  try {
    await access.kube.create(ref, { apiVersion: "v1", kind: "Namespace", metadata: { name } }, context.signal);
  } catch (thrown) {
    if (toDroverError(thrown).code !== "KUBE_EXISTS") throw thrown;
  }
}

import { type ControllerDeps, runController } from "./controller.ts";
import { createDaemonSetController } from "./daemon-set.ts";
import { createDefinitionController } from "./definition.ts";
import { createDeploymentController } from "./deployment.ts";
import { createGarbageCollector } from "./garbage.ts";
import { createJobController } from "./job.ts";
import { createKubelet } from "./kubelet.ts";
import { createNamespaceController } from "./namespace.ts";
import { createStatefulSetController } from "./stateful-set.ts";

/** Starts the cluster's controllers and answers how to end them. */
export function startControllers(deps: ControllerDeps): () => void {
  const ended = new AbortController();
  const controllers = [
    createKubelet(deps),
    createDeploymentController(deps),
    createStatefulSetController(deps),
    createDaemonSetController(deps),
    createJobController(deps),
    createDefinitionController(deps),
    createNamespaceController(deps),
    createGarbageCollector(deps),
  ];
  for (const controller of controllers) runController(controller, deps, ended.signal);
  return () => ended.abort();
}

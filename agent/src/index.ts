export { type Agent, type AgentDeps, type AgentHealth, startAgent } from "./app/agent.ts";
export type { ConnectControlPlane, ControlPlane, ControlPlaneHandlers, Credentials, EnrolmentApi } from "./app/control-plane.ts";
export type { ApplyOptions, Kube, KubeObject, ListOptions, ObjectList, ObjectRef, Resource, WatchEvent } from "./app/kube.ts";
export { type AgentConfig, agentSettings, parseAgentConfig } from "./config.ts";
export { createEnrolmentApi, type ApiTrust } from "./adapters/http/enrolment-api.ts";
export { createKube, inClusterConnection, kubeconfigConnection } from "./adapters/kube/index.ts";
export {
  createMemoryAdmin,
  createMemoryCluster,
  createRemoteKube,
  type MemoryAdmin,
  type MemoryCluster,
  type MemoryHost,
  startMemoryHost,
} from "./adapters/memory/index.ts";
export { createNatsLink } from "./adapters/nats/connect.ts";
export { agentVersion } from "./version.ts";

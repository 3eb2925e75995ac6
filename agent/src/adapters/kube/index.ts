export { type Connection, inClusterConnection, type InClusterOptions, kubeconfigConnection } from "./connection.ts";
export { createKube, type RealKube, type RealKubeOptions } from "./kube.ts";

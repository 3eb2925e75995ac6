export { freePort, freePorts } from "./free-port.ts";
export { type GitHost, type GitHostOptions, startGitHost } from "./git-host.ts";
export { type Kubernetes, type KubernetesOptions, kubernetesPrograms, startKubernetes } from "./kubernetes.ts";
export { findProgram, locate, locateAll, type LocateOptions } from "./locate.ts";
export { type NatsServer, type NatsServerOptions, type NatsServerVariant, natsServerVariants, startNatsServer } from "./nats-server.ts";
export { type Postgres, type PostgresOptions, startPostgres } from "./postgres.ts";
export { isProgramName, type Program, type ProgramName, programNamed, programs } from "./programs.ts";
export type { Delivery, Push, Webhook } from "./push-webhook.ts";
export { type ServerProcess, type ServerProcessOptions, startServerProcess } from "./server-process.ts";

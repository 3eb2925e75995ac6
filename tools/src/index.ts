export { freePort, freePorts } from "./free-port.ts";
export { locate, locateAll, type LocateOptions } from "./locate.ts";
export { type NatsServer, type NatsServerOptions, type NatsServerVariant, natsServerVariants, startNatsServer } from "./nats-server.ts";
export { type Postgres, type PostgresOptions, startPostgres } from "./postgres.ts";
export { isProgramName, type Program, type ProgramName, programs } from "./programs.ts";
export { type ServerProcess, type ServerProcessOptions, startServerProcess } from "./server-process.ts";

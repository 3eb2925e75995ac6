import { type NatsServer, startNatsServer } from "@drover/tools";

/** The nats-server of the fleet. It keeps nothing, so killing it loses nothing. */
export interface Broker {
  start(): Promise<void>;
  /** SIGKILL, as a crash would be. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export function createBroker(configFile: string, folder: string): Broker {
  let server: NatsServer | undefined;
  return {
    start: async () => {
      server = await startNatsServer({ configFile, dataDir: folder });
    },
    kill: async () => server?.kill(),
    stop: async () => server?.stop(),
  };
}

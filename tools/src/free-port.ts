import { createServer, type Server } from "node:net";
import { DroverError } from "@drover/kit";

/**
 * Below the range the kernel takes outgoing ports from (32768 on Linux), so that a port stays free between its choice here and its use
 * by the program we start, whatever connections are opened meanwhile.
 */
const firstPort = 15_000;
const lastPort = 32_000;
const maxAttempts = 200;

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port as number;
}

/** `count` different TCP ports that nothing listens on at 127.0.0.1. They are held together, then let go together. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const held: { readonly port: number; readonly server: Server }[] = [];
  try {
    for (let attempt = 0; held.length < count; attempt += 1) {
      if (attempt === maxAttempts * count)
        throw new DroverError("exhausted", "NO_FREE_PORT", `find ${count} free ports at 127.0.0.1: gave up after ${attempt} attempts`);
      const port = firstPort + Math.floor(Math.random() * (lastPort - firstPort));
      const server = await hold(port);
      if (server !== undefined) held.push({ port, server });
    }
    return held.map(({ port }) => port);
  } finally {
    await Promise.all(held.map(({ server }) => new Promise((resolve) => server.close(resolve))));
  }
}

const hold = (port: number): Promise<Server | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => resolve(server));
  });

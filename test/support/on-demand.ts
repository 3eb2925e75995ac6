import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { errorChain } from "@drover/kit";

/** What all workers of a run share, made once. */
export interface Shared {
  /** Where it is, for whoever uses it. */
  readonly place: string;
  readonly stop: () => Promise<void>;
}

export type SharedName = "kubernetes" | "console" | "cli" | "control-plane";

export type Makers = Readonly<Record<SharedName, (folder: string) => Promise<Shared>>>;

/** What a worker is told: where it is, or why there is none. */
export type SharedAnswer = Pick<Shared, "place"> | { readonly failed: string };

export interface OnDemand {
  /** Whoever connects and says a name gets a `SharedAnswer` as JSON once the thing is there. */
  readonly socketPath: string;
  stop(): Promise<void>;
}

/** Makes each thing when the first test asks for it. A run that never asks does not pay for it. */
export async function offerOnDemand(makers: Makers): Promise<OnDemand> {
  const folder = await mkdtemp(join(tmpdir(), "drover-test-shared-"));
  const socketPath = join(folder, "socket");
  const made = new Map<string, Promise<Shared>>();
  const answer = async (name: string): Promise<SharedAnswer> => {
    try {
      const making = made.get(name) ?? makers[name as SharedName](join(folder, name));
      made.set(name, making);
      return { place: (await making).place };
    } catch (error) {
      return { failed: errorChain(error) };
    }
  };
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {}); // a worker that was ended meanwhile
    void text(socket).then(async (name) => socket.end(JSON.stringify(await answer(name))));
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    socketPath,
    async stop() {
      server.close();
      for (const end of await Promise.allSettled(made.values())) if (end.status === "fulfilled") await end.value.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

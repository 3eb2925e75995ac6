import { DroverError } from "@drover/kit";
import { Pool } from "undici";

/** The bytes of an answer. Anything but 200 makes the run void. */
export type Ask = (path: string) => Promise<Buffer>;

export interface Asking {
  readonly ask: Ask;
  readonly close: () => Promise<void>;
}

/** The client shares two cores with the servers that it asks: by undici's events a request costs it half of what it does by `node:http`. */
export function createAsk({ port, token }: { readonly port: number; readonly token: string }): Asking {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 64 });
  const headers = { authorization: `Bearer ${token}` };
  const ask: Ask = (path) =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let status = 0;
      pool.dispatch(
        { method: "GET", path, headers },
        {
          onRequestStart: () => {},
          onResponseStart: (_, statusCode) => void (status = statusCode),
          onResponseData: (_, chunk) => void chunks.push(chunk),
          onResponseEnd: () => {
            const body = Buffer.concat(chunks);
            if (status === 200 && body.length > 0) resolve(body);
            else reject(new DroverError("internal", "BENCH_VOID", `${path}: ${status} ${body.toString("utf8", 0, 300)}`));
          },
          onResponseError: (_, error) => reject(error),
        },
      );
    });
  return { ask, close: () => pool.close() };
}

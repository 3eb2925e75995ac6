import { expect, test } from "vitest";
import type { Cli } from "../cli.ts";
import type { Change } from "../resources/watch-resource.ts";
import { showWatch } from "./show-watch.ts";

interface Row {
  readonly name: string;
  readonly state: string;
}

const view = {
  kind: "cluster",
  name: ({ name }: Row) => name,
  columns: [
    { head: "NAME", cell: ({ name }: Row) => name },
    { head: "STATE", cell: ({ state }: Row) => state },
  ],
};

async function piped(...changes: readonly Change<Row>[]): Promise<string> {
  let out = "";
  const cli = { env: {}, isTerminal: false, out: (text: string) => (out += text) } as unknown as Cli;
  await showWatch(
    cli,
    (async function* () {
      yield* changes;
    })(),
    view,
    {},
  );
  return out;
}

const row = (name: string, state: string, type: "Added" | "Modified" = "Added"): Change<Row> => ({ type, name, object: { name, state } });

test("piped, rows that come later stand below the columns of what was there", async () => {
  expect(await piped(row("antarctica-1", "Connected"), row("eu-1", "Stale"), { type: "Synced" }, row("eu-1", "Offline", "Modified"))).toBe(
    "NAME           STATE\nantarctica-1   Connected\neu-1           Stale\neu-1           Offline\n",
  );
});

test("piped, an empty table has its heads once a row comes", async () => {
  expect(await piped({ type: "Synced" }, row("antarctica-1", "Connected"), row("eu-1", "Stale"))).toBe(
    "NAME           STATE\nantarctica-1   Connected\neu-1   Stale\n",
  );
});

import { spawn } from "node:child_process";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { atTerminal } from "../support/pseudo-terminal.ts";
import { shared } from "../support/shared.ts";
import { waitUntil } from "../support/wait-until.ts";

// The command line in a real terminal of the kernel's, against an API that says what the test wants.

const program = await shared("cli");
const watch = [process.execPath, program, "get", "clusters", "--watch"] as const;

const cluster = (name: string, state: string) => ({
  id: "a".repeat(26),
  name,
  state,
  environments: [],
  labels: {},
  applications: { Healthy: 0 },
  createdAt: "2020-01-01T00:00:00Z",
});

async function clustersApi() {
  let watcher: ServerResponse | undefined;
  let id = 0;
  const tell = (type: string, object?: object): void =>
    void watcher?.write(`id: ${(id += 1)}\nevent: ${type}\ndata: ${JSON.stringify({ type, object })}\n\n`);
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    watcher = response;
    tell("Added", cluster("eu-1", "Connected"));
    tell("Added", cluster("東京-1", "Connected"));
    tell("Synced");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const env = { PATH: process.env["PATH"], TERM: "xterm-256color", DROVER_SERVER: `http://127.0.0.1:${port}`, DROVER_TOKEN: "x" };
  return { tell, env };
}

const control = "\u001b[";
const begins = `${control}?2026h${control}?7l`;
const ends = `${control}?7h${control}?2026l`;
const count = (text: string, part: string): number => text.split(part).length - 1;

test("watch draws a table once, then only rows that changed; anew after a resize; and Ctrl-C leaves the terminal as it was", async () => {
  const { tell, env } = await clustersApi();
  const terminal = await atTerminal(watch, env, { columns: 100, rows: 20 });
  onTestFinished(() => terminal.stop());
  const since = async (start: number, what: string, seen: (drawn: string) => boolean): Promise<string> => {
    await waitUntil(what, () => Promise.resolve(seen(terminal.screen().slice(start))), 30_000);
    return terminal.screen().slice(start);
  };

  const table = await since(0, "the table is drawn", (drawn) => drawn.endsWith(ends));
  expect(table.slice(0, begins.length)).toBe(begins);
  expect(table).toContain("\reu-1 ");
  // Two of its characters take two cells each.
  expect(table).toContain(`東京-1   ${control}32mConnected`);

  const drawnBefore = terminal.screen().length;
  tell("Modified", cluster("eu-1", "Offline"));
  const change = await since(drawnBefore, "the change is drawn", (drawn) => drawn.endsWith(ends));
  expect(change.startsWith(`${begins}${control}3A`)).toBe(true);
  expect(change).toContain("Offline");
  expect(change).not.toContain("東京-1");
  expect(change).not.toContain(`${control}2J`);

  const resizedAt = terminal.screen().length;
  await terminal.resize(60);
  const redrawn = await since(resizedAt, "all of it is drawn anew", (drawn) => drawn.endsWith(ends));
  expect(redrawn).toContain(`${control}H${control}2J`);
  expect(redrawn).toContain("東京-1");

  terminal.type("\u0003");
  await terminal.ended;
  const all = terminal.screen();
  expect([count(all, begins), count(all, `${control}?25l`), count(all, `${control}?1049h`)]).toEqual([count(all, ends), 0, 0]);
  // Below the table, where a shell writes its prompt.
  expect(all.slice(all.lastIndexOf(ends) + ends.length)).toMatch(/^(\^C)?\s*$/);
});

test("piped, watch prints a line for each change and nothing that moves a cursor", async () => {
  const { tell, env } = await clustersApi();
  const child = spawn(watch[0], watch.slice(1), { env, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill());
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
  await waitUntil("what is there is printed", () => Promise.resolve(count(out, "\n") === 3), 30_000);
  tell("Modified", cluster("eu-1", "Offline"));
  await waitUntil("the change is printed", () => Promise.resolve(count(out, "\n") === 4), 30_000);
  expect(out).toMatch(/^NAME +STATUS.*\neu-1 +Connected.*\n東京-1 +Connected.*\neu-1 +Offline.*\n$/);
  expect(out).not.toContain("\u001b");
});

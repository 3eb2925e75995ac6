import { randomUUID } from "node:crypto";
import { type Answer, type Client, type Event, watchEvents } from "@drover/proto/rest";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import type { Db } from "../../control-plane/src/adapters/pg/database.ts";
import { recordEvents } from "../../control-plane/src/adapters/pg/history/event-log.ts";
import { removeOldEvents } from "../../control-plane/src/adapters/pg/history/events.ts";
import { startApi, type TestApi } from "../support/api.ts";
import { waitUntil } from "../support/wait-until.ts";

const event = (kind: string, subject = "rollouts/r1") => ({ kind, subject, body: { n: randomUUID() } });
/** That somebody got a token is an event too. */
const isOurs = ({ body }: Event): boolean => "n" in body;

/** Collects what a watch says until the test ends or `stop`. */
async function watching(api: TestApi, query: Parameters<typeof watchEvents>[1] = {}, token?: string) {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const seen: Event[] = [];
  const options = { baseUrl: api.baseUrl, token: token ?? (await api.tokenOf("viewer")) };
  let ended = false;
  const done = (async () => {
    for await (const one of watchEvents(options, query, stop.signal)) if (isOurs(one)) seen.push(one);
  })().then(
    () => (ended = true),
    () => (ended = true),
  );
  return { seen, kinds: () => seen.map(({ kind }) => kind), stop: () => stop.abort(), done, hasEnded: () => ended };
}

/** A transaction that stays open until `commit`. */
async function openTransaction(api: TestApi): Promise<{ readonly tx: Db; readonly commit: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: api.database.url.reveal() });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query("begin");
  return { tx: { query: (statement) => client.query(statement) }, commit: async () => void (await client.query("commit")) };
}

test("a watch hears what happens from now on", async () => {
  const api = await startApi();
  await recordEvents(api.database, [event("Before")]);
  const watch = await watching(api);
  await waitUntil("the watch hears", async () => {
    if (watch.seen.length > 0) return true;
    await recordEvents(api.database, [event("After")]);
    return false;
  });
  expect(watch.kinds()).not.toContain("Before");
});

test("no event is lost or doubled when rows become visible out of order", async () => {
  const api = await startApi();
  const start = (await api.client(await api.tokenOf("viewer"))("listEvents")).cursor;
  const watch = await watching(api, { after: start });
  const early = await openTransaction(api);
  await recordEvents(early.tx, [event("Early")]); // has the lower number, and is not visible yet
  await recordEvents(api.database, [event("Late")]);
  const listed = async () =>
    (await api.client(await api.tokenOf("viewer"))("listEvents", { query: { after: start } })).items.filter(isOurs);
  expect(await listed()).toEqual([]);
  await early.commit();
  await waitUntil("both are there", () => watch.seen.length >= 2);
  expect(watch.kinds()).toEqual(["Early", "Late"]);
  expect((await listed()).map(({ kind }) => kind)).toEqual(["Early", "Late"]);
});

test("a watch that was cut goes on after its last event", async () => {
  const api = await startApi();
  const start = (await api.client(await api.tokenOf("viewer"))("listEvents")).cursor;
  for (let n = 0; n < 3; n += 1) await recordEvents(api.database, [event(`First${n}`), event(`Second${n}`)]);
  const all: string[] = [];
  let after: string | undefined = start;
  while (all.length < 6) {
    const watch = await watching(api, { after });
    await waitUntil("something came", () => watch.seen.length > 0);
    watch.stop();
    await watch.done;
    const some = watch.seen.slice(0, 1); // as if only one had been handled
    all.push(...some.map(({ kind }) => kind));
    after = some[0]?.cursor;
  }
  expect(all).toEqual(["First0", "Second0", "First1", "Second1", "First2", "Second2"]);
});

test("a watch can ask for kinds and subjects", async () => {
  const api = await startApi();
  const start = (await api.client(await api.tokenOf("viewer"))("listEvents")).cursor;
  await recordEvents(api.database, [
    event("A", "rollouts/r1"),
    event("B", "rollouts/r1"),
    event("A", "rollouts/r10"),
    event("C", "clusters/x"),
  ]);
  const viewer = api.client(await api.tokenOf("viewer"));
  await untilShown(viewer, start, 4);
  const kinds = async (query: { kind?: string; subject?: string }) =>
    (await viewer("listEvents", { query: { after: start, ...query } })).items.map(({ kind, subject }) => `${kind} ${subject}`);
  expect(await kinds({ kind: "A,C" })).toEqual(["A rollouts/r1", "A rollouts/r10", "C clusters/x"]);
  expect(await kinds({ subject: "rollouts/r1" })).toEqual(["A rollouts/r1", "B rollouts/r1"]);
  expect(await kinds({ subject: "rollouts/" })).toHaveLength(3);
});

test("lists in pages that meet", async () => {
  const api = await startApi();
  const viewer = api.client(await api.tokenOf("viewer"));
  const start = (await viewer("listEvents")).cursor;
  for (let n = 0; n < 5; n += 1) await recordEvents(api.database, [event(`E${n}`)]);
  await untilShown(viewer, start, 5);
  const seen: string[] = [];
  let pageToken: string | undefined = start;
  while (pageToken !== undefined) {
    const page: Answer<"listEvents"> = await viewer("listEvents", { query: { pageSize: 2, pageToken, subject: "rollouts/" } });
    seen.push(...page.items.map(({ kind }) => kind));
    pageToken = page.nextPageToken;
  }
  expect(seen).toEqual(["E0", "E1", "E2", "E3", "E4"]);
});

test("the newest are told oldest first, with the cursor behind them", async () => {
  const api = await startApi();
  const viewer = api.client(await api.tokenOf("viewer"));
  const start = (await viewer("listEvents")).cursor;
  for (let n = 0; n < 5; n += 1) await recordEvents(api.database, [event(`E${n}`)]);
  await untilShown(viewer, start, 5);
  const { items, cursor } = await viewer("listEvents", { query: { tail: 2 } });
  expect(items.map(({ kind }) => kind)).toEqual(["E3", "E4"]);
  expect((await viewer("listEvents", { query: { tail: 1, kind: "E1,E2" } })).items.map(({ kind }) => kind)).toEqual(["E2"]);
  // Transactions are ordered as numbers: the tenth comes after the ninth.
  await api.database.query({
    text: "update events set xid = case kind when 'E1' then '9' when 'E2' then '10' else '8' end::xid8 where kind like 'E_'",
  });
  expect((await viewer("listEvents", { query: { tail: 2, kind: "E0,E1,E2,E3" } })).items.map(({ kind }) => kind)).toEqual(["E1", "E2"]);
  await recordEvents(api.database, [event("E5")]);
  await untilShown(viewer, cursor, 1);
  expect((await viewer("listEvents", { query: { after: cursor } })).items.map(({ kind }) => kind)).toEqual(["E5"]);
  await expect(viewer("listEvents", { query: { tail: 2, after: cursor } })).rejects.toMatchObject({ code: "REQUEST_INVALID" });
});

test("a cursor of events that are gone, or of no event, is refused", async () => {
  const api = await startApi();
  const viewer = api.client(await api.tokenOf("viewer"));
  await recordEvents(api.database, [event("Old")]);
  // Shown once no older transaction runs on the server, of whatever database.
  const old = await waitUntil("the event is shown", async () => (await viewer("listEvents")).items.find(isOurs));
  await recordEvents(api.database, [event("Newer")]);
  await api.database.query({ text: "update events set at = now() - interval '8 days'" });
  expect(await removeOldEvents(api.database, 7 * 86_400_000)).toBeGreaterThanOrEqual(2);
  await expect(viewer("listEvents", { query: { after: old.cursor } })).rejects.toMatchObject({ code: "EVENT_CURSOR_EXPIRED" });
  await expect(viewer("listEvents", { query: { after: "made-up" } })).rejects.toMatchObject({ code: "EVENT_CURSOR_INVALID" });
  await expect(viewer("listEvents", { query: { after: "999999999-1" } })).rejects.toMatchObject({ code: "EVENT_CURSOR_EXPIRED" });
});

test("a watch ends soon after its token is revoked", async () => {
  const api = await startApi();
  const token = await api.tokenOf("viewer", "eve");
  const watch = await watching(api, {}, token);
  await api.client(await api.tokenOf("admin"))("revokeApiToken", { params: { token: token.split("_")[1] ?? "" } });
  await waitUntil("the watch ends", watch.hasEnded, 5_000);
});

test("the list is a stream for a client that accepts only that, and resumes by Last-Event-ID", async () => {
  const api = await startApi();
  const token = await api.tokenOf("viewer");
  const start = (await api.client(token)("listEvents")).cursor;
  await recordEvents(api.database, [event("One")]);
  const stop = new AbortController();
  const response = await fetch(`${api.baseUrl}/v1/events?subject=rollouts/`, {
    headers: { authorization: `Bearer ${token}`, accept: "text/event-stream", "last-event-id": start },
    signal: stop.signal,
  });
  expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  const first = await response.body?.getReader().read();
  expect(Buffer.from(first?.value ?? []).toString()).toMatch(/^id: \d+-\d+\nevent: One\ndata: \{.*\}\n\n/);
  stop.abort();
});

/** Events show once no older transaction runs, and the server also counts those of the other tests' databases. */
const untilShown = (client: Client, after: string, count: number): Promise<unknown> =>
  waitUntil(
    `${count} events are shown`,
    async () => (await client("listEvents", { query: { after } })).items.filter(isOurs).length >= count,
  );

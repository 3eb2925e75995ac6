import type { Event } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { narrowedList } from "./narrowed-list.ts";
import { unfiltered } from "../page.ts";
import { createResourceWatch, type ResourceChange, type Watched, type WatchPosition } from "./watch-resource.ts";

interface Thing {
  readonly name: string;
  readonly colour: string;
}

/** A list of things, whose events are its journal: `event` happens when the test says so. */
function world() {
  const things = new Map<string, Thing>();
  const journal: Event[] = [];
  let asleep = Promise.withResolvers<() => void>();
  let wake = (): void => {};
  const stop = new AbortController();
  const at = (cursor: string | undefined): number => (cursor === undefined ? 0 : Number(cursor.split("-")[0]));

  const events = {
    now: async () => `${journal.length}-1`,
    list: async (_filter: unknown, after: string | undefined, limit: number) => ({
      events: journal.slice(at(after), at(after) + limit),
      next: `${journal.length}-1`,
    }),
    watch: async (_filter: unknown, after: string | undefined, signal: AbortSignal) =>
      (async function* () {
        let read = at(after);
        while (!signal.aborted) {
          const batch = journal.slice(read);
          read = journal.length;
          if (batch.length > 0) yield batch;
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      })(),
  };
  const clock = {
    sleep: (_ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        asleep.resolve(resolve);
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      }),
  };
  const watchedOf = (colour: string | undefined): Watched<Thing> => ({
    events: { kinds: [], subject: undefined },
    subjectsOf: ({ subject }) => [subject],
    creates: ({ kind }) => kind === "Made",
    keyOf: ({ name }) => name,
    nameOf: ({ name }) => name,
    ...narrowedList(
      async ({ only, filter }) => ({
        items: [...things.values()].filter(
          (thing) => (only?.["name"]?.includes(thing.name) ?? true) && (filter === undefined || thing.colour === colour),
        ),
        next: undefined,
      }),
      { ...unfiltered({ size: 1, after: undefined }), filter: colour === undefined ? undefined : { kind: "and", terms: [] } },
      (names) => ({ name: names }),
    ),
  });
  const record = (kind: string, subject: string): void => {
    journal.push({ cursor: `${journal.length + 1}-1`, at: "", kind, subject, body: {} });
    wake();
  };
  return {
    make: (name: string, colour = "red") => (things.set(name, { name, colour }), record("Made", name)),
    paint: (name: string, colour: string) => (things.set(name, { name, colour }), record("Painted", name)),
    drop: (name: string) => (things.delete(name), record("Dropped", name)),
    here: (): WatchPosition => ({ event: `${journal.length}-1` }),
    /** For as long as a watch waits. */
    async beQuiet() {
      const wakeUp = await asleep.promise;
      asleep = Promise.withResolvers();
      wakeUp();
    },
    /** The first changes, as words. */
    async watch(after: WatchPosition | undefined, colour?: string) {
      const changes = await createResourceWatch({ events, clock })(watchedOf(colour) as Watched, after, stop.signal);
      const iterator = changes[Symbol.asyncIterator]();
      return async (): Promise<readonly string[]> => ((await iterator.next()).value as readonly ResourceChange[]).map(wordsOf);
    },
  };
}

const wordsOf = (change: ResourceChange): string =>
  "name" in change ? `${change.type} ${change.name}` : `${change.type} ${change.position.event}`;

test("one that resumes hears Added of what was made meanwhile, and Modified of what it may have", async () => {
  const { make, paint, here, watch } = world();
  make("old");
  const after = here();
  make("new");
  paint("old", "blue");
  paint("new", "blue");
  const next = await watch(after);
  expect(await next()).toEqual(["Modified old", "Added new"]);
  make("later");
  expect(await next()).toEqual(["Added later"]);
});

test("what came and went while nobody looked is not told, and what went is told once", async () => {
  const { make, paint, drop, here, watch } = world();
  make("old");
  const after = here();
  make("short");
  drop("short");
  drop("old");
  const next = await watch(after);
  expect(await next()).toEqual(["Deleted old"]);
  paint("old", "blue");
  expect(await next()).toEqual(["Added old"]);
});

test("what a filter lets through again is Added again, also to one that resumed", async () => {
  const { make, paint, here, watch } = world();
  make("one");
  const next = await watch(here(), "red");
  paint("one", "blue");
  expect(await next()).toEqual(["Deleted one"]);
  paint("one", "red");
  expect(await next()).toEqual(["Added one"]);
});

test("a quiet watch says that it lives, and where to go on from", async () => {
  const { make, here, beQuiet, watch } = world();
  make("old");
  const after = here();
  const next = await watch(after);
  const [said] = await Promise.all([next(), beQuiet()]);
  expect(said).toEqual([`Bookmark ${after.event}`]);
  make("new");
  expect(await next()).toEqual(["Added new"]);
});

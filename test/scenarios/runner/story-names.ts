import type { Names } from "./stable-text.ts";
import type { StoryFleet } from "./story-fleet.ts";

/** In what is printed any of them, in a command the newest. */
const fleetCommit = "<fleet-commit>";

/** What a story calls the ids that are there by now. Rollouts and fleet commits are counted in the order in which they came to be. */
export async function namesIn({ world, sources, agents }: StoryFleet): Promise<Names> {
  const applications = [...new Set(sources.versions.map(({ application }) => application))];
  const { database } = world.controlPlane;
  const { rows: rollouts } = await database.query<{ id: string }>({
    text: "select id from rollouts where application = any($1) order by created_at, id",
    values: [applications],
  });
  const { rows: commits } = await database.query<{ commit: string }>({ text: "select commit from fleet_commits order by position" });
  return {
    commits: new Map([
      ...sources.versions.map(({ commit, name }) => [commit, name] as const),
      ...commits.map(({ commit }) => [commit, fleetCommit] as const),
    ]),
    ids: new Map([
      ...rollouts.map(({ id }, index) => [id, `<rollout-${index + 1}>`] as const),
      ...[...agents].map(([name, { cluster }]) => [cluster, `<id of ${name}>`] as const),
    ]),
    places: sources.places,
  };
}

/** Words of a command with what the story's names stand for. */
export function realWords(words: readonly string[], { sources }: StoryFleet, { commits, ids }: Names): readonly string[] {
  const rolloutOf = (name: string): string => [...ids].find(([, known]) => known === name)?.[0] ?? name;
  const newest = [...commits].findLast(([, known]) => known === fleetCommit)?.[0] ?? fleetCommit;
  return words.map((word) => sources.commitOf(word, words) ?? word.replace(/<rollout-\d+>/, rolloutOf).replace(fleetCommit, newest));
}

import { parseDuration } from "@drover/kit";
import type { Rollout } from "@drover/proto/rest";
import { waitUntil } from "../../support/wait-until.ts";
import { isVariant, variants } from "./application-files.ts";
import { isOutcome, type Outcome } from "./outcomes.ts";
import { untilSettled } from "./settled.ts";
import type { StoryFleet } from "./story-fleet.ts";

/** What may happen to the world in a story, in the words in which stories say it. */
const events: readonly (readonly [pattern: RegExp, happen: (fleet: StoryFleet, ...words: string[]) => Promise<unknown>])[] = [
  [/^push (\S+) (\S+?)(?:, which (.+?)(?: on (\S+(?: and \S+)*))?)?$/, push],
  [/^push (\S+) (\S+?), (an? .+|with .+)$/, pushVariant],
  [
    /^(\S+) (\S+) runs in (\S+)$/,
    (fleet, application, version, environment) => runs(fleet, app(application), app(version), app(environment)),
  ],
  [/^until the rollout(?: of (\S+))?(?: in (\S+))? is (\S+)$/, untilPhase],
  [/^until the fleet is calm$/, (fleet) => calm(fleet)],
  [/^(\d\S*|an?) ?(minute|hour|day)?s? pass(?:es)?$/, pass],
  [/^(\S+) loses its link$/, async (fleet, cluster) => fleet.setLinked(app(cluster), false)],
  [/^(\S+) is back$/, async (fleet, cluster) => fleet.setLinked(app(cluster), true)],
  [/^(\S+) goes into maintenance$/, async (fleet, cluster) => fleet.agent(app(cluster)).setMaintenance(true)],
  [/^(\S+) ends its maintenance$/, async (fleet, cluster) => fleet.agent(app(cluster)).setMaintenance(false)],
  [
    /^(\S+) (.+) on (\S+) now$/,
    async (fleet, application, outcome, cluster) => fleet.change(app(application), app(cluster), outcomeOf(outcome)),
  ],
  [/^checks\.example\.com(\/\S*) answers (\d+)$/, async ({ world }, path, status) => world.checks.answer(app(path), Number(status))],
  [/^prometheus\.example\.com answers ([\d.]+)$/, async ({ world }, value) => world.checks.measure(Number(value))],
  [/^every revision is well from now on$/, async (fleet) => fleet.sources.forgiveFates()],
  [/^somebody reverts the last commit of the fleet repository$/, revert],
  [
    /^somebody deletes (\S+) from the fleet repository$/,
    (fleet, path) => fleet.world.pushFleet((tree) => tree.push({ [app(path)]: undefined }, `remove ${path}`)),
  ],
  [/^somebody labels (\S+) (\S+)=(\S+)$/, relabel],
];

/** Fails when no story may say so. */
export async function happen(fleet: StoryFleet, text: string): Promise<void> {
  for (const [pattern, does] of events) {
    const found = pattern.exec(text);
    if (found) return void (await does(fleet, ...found.slice(1)));
  }
  throw new Error(`nobody knows how to "${text}"; events.ts has what can happen`);
}

/** A group that the pattern does not leave open. */
const app = (word: string | undefined): string => word ?? "";

const well = { outcome: "is well", clusters: [] } as const;

const outcomeOf = (text: string | undefined): Outcome => {
  if (text === undefined) return "is well";
  if (isOutcome(text)) return text;
  throw new Error(`no revision "${text}"; outcomes.ts has how one may fare`);
};

async function push(fleet: StoryFleet, application = "", name = "", outcome?: string, clusters?: string): Promise<void> {
  await fleet.sources.push(application, name, { outcome: outcomeOf(outcome), clusters: clusters?.split(" and ") ?? [] });
}

async function pushVariant(fleet: StoryFleet, application = "", name = "", variant = ""): Promise<void> {
  if (!isVariant(variant)) throw new Error(`no version is "${variant}"; application-files.ts has what one may be`);
  await fleet.sources.push(application, name, well, variants[variant](application, name));
}

/** How most stories begin: a version that everybody has had for long. */
async function runs(fleet: StoryFleet, application: string, version: string, environment: string): Promise<void> {
  const { sources, world } = fleet;
  if (!sources.versions.some(({ name, application: of }) => name === version && of === application))
    await sources.push(application, version, well);
  const revision = sources.commitOf(version, [application]) ?? version;
  await world.api("createPromotion", { body: { application, environment, revision, reason: "the story begins" } });
  const waitsForTime = ({ phase, holds }: Rollout): boolean =>
    phase === "Running" && holds.some(({ kind }) => kind === "Soaking" || kind === "GateOpen");
  for (;;) {
    const isThere = (rollout: Rollout): boolean =>
      rollout.revision === revision && (rollout.phase === "Completed" || waitsForTime(rollout));
    const { phase } = await untilRollout(fleet, { application, environment }, `${version} runs in ${environment}`, isThere);
    if (phase === "Completed") return;
    await pass(fleet, "1", "day");
  }
}

/** What has just been asked for has begun by then: the rollout before it may have ended so, too. */
async function untilPhase(fleet: StoryFleet, application?: string, environment?: string, phase?: string): Promise<void> {
  await calm(fleet);
  await untilRollout(fleet, { application, environment }, `the rollout is ${phase}`, (rollout) => rollout.phase === phase);
}

interface Place {
  readonly application: string | undefined;
  readonly environment: string | undefined;
}

/** Waits for the newest rollout of a place, of the whole story where none is named. */
async function untilRollout({ world }: StoryFleet, query: Place, what: string, isSo: (rollout: Rollout) => boolean): Promise<Rollout> {
  let newest: Rollout | undefined;
  const look = async (): Promise<Rollout | undefined> => {
    const { items } = await world.api("listRollouts", { query: { ...query, pageSize: 1 } });
    newest = items[0];
    return newest !== undefined && isSo(newest) ? newest : undefined;
  };
  return waitUntil(what, look, 20_000).catch((cause: unknown) => {
    throw new Error(`the newest rollout is ${JSON.stringify(newest)}`, { cause });
  });
}

const calm = (fleet: StoryFleet): Promise<void> =>
  untilSettled(
    fleet.world.controlPlane.database,
    [...fleet.agents].filter(([name]) => !fleet.cut.has(name)).map(([, agent]) => agent),
  );

async function pass(fleet: StoryFleet, count = "", unit?: string): Promise<void> {
  await calm(fleet);
  const duration = unit === undefined ? count : `${/^an?$/.test(count) ? "1" : count}${unit.charAt(0)}`;
  const linked = [...fleet.agents].filter(([name]) => !fleet.cut.has(name)).map(([, { cluster }]) => cluster);
  await fleet.world.time.pass(parseDuration(duration), linked);
}

async function revert({ world }: StoryFleet): Promise<void> {
  await world.pushFleet(async (tree) => {
    await tree.git("revert", "--no-edit", "HEAD");
    await tree.git("push", "--quiet", "origin", "HEAD:main");
    return tree.git("rev-parse", "HEAD");
  });
}

async function relabel({ world }: StoryFleet, cluster = "", key = "", value = ""): Promise<void> {
  await world.pushFleet(async (tree) => {
    const path = `clusters/${cluster}.yaml`;
    const before = await tree.git("show", `HEAD:${path}`);
    const label = new RegExp(`\\b${RegExp.escape(key)}: [^,} ]+`);
    const after = label.test(before) ? before.replace(label, `${key}: ${value}`) : before.replace(" }", `, ${key}: ${value} }`);
    return tree.push({ [path]: `${after}\n` }, `label ${cluster} ${key}=${value}`);
  });
}

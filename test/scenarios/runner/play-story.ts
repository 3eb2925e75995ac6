import type { ScenarioWorld } from "./scenario-world.ts";
import { type Block, formatStory, type Part, type Story } from "./story.ts";
import { createStoryFleet, type StoryFleet } from "./story-fleet.ts";
import { type Entry, parseConsole, wordsOf } from "./console.ts";
import { drover, isQuestion } from "./drover.ts";
import { happen } from "./events.ts";
import { pushedFiles } from "./pushed-files.ts";
import { runningTable } from "./running-table.ts";
import { createPeople, type People } from "./people.ts";
import { namesIn, realWords } from "./story-names.ts";
import { stableText } from "./stable-text.ts";

/** `check` compares with what the story says, and looks again for a while; `record` waits until the fleet is calm and writes down what it sees. */
export type Mode = "check" | "record";

/** What the story tells, and what was seen: all of it, or the first thing that was not as told. */
export interface Played {
  readonly where: string;
  readonly told: string;
  readonly seen: string;
}

class Differs extends Error {
  readonly played: Played;

  constructor(played: Played) {
    super(played.where);
    this.played = played;
  }
}

interface Stage {
  readonly fleet: StoryFleet;
  readonly people: People;
  readonly mode: Mode;
}

/** Plays a story on the world; in `record` what was seen is what is told. */
export async function playStory(world: ScenarioWorld, story: Story, mode: Mode): Promise<Played> {
  const stage: Stage = { fleet: createStoryFleet(world), people: createPeople(world), mode };
  try {
    const setUp = setUpOf(story);
    await addAll(stage.fleet, setUp);
    const parts: Part[] = [];
    for (const part of story.parts) {
      const isDone = part.kind === "prose" || setUp.includes(part);
      parts.push(isDone ? part : { ...part, lines: await playBlock(stage, part) });
    }
    const seen = formatStory(parts);
    return { where: story.title, told: mode === "record" ? seen : formatStory(story.parts), seen };
  } catch (error) {
    if (error instanceof Differs) return error.played;
    throw error;
  } finally {
    await stage.fleet.end();
  }
}

/** What stands before anything happens makes one commit. */
function setUpOf({ parts }: Story): readonly Block[] {
  const blocks = parts.filter((part) => part.kind === "block");
  const begins = blocks.findIndex(({ is }) => is === "console" || is === "fleet");
  return begins === -1 ? blocks : blocks.slice(0, begins);
}

async function addAll(fleet: StoryFleet, blocks: readonly Block[]): Promise<void> {
  const linesOf = (kind: Block["is"]): readonly string[] => blocks.filter(({ is }) => is === kind).flatMap(({ lines }) => lines);
  const told = Object.entries(pushedFiles(linesOf("yaml")));
  await fleet.add(Object.fromEntries(told.map(([path, text]) => [path, fleet.sources.realText(path, text)])), linesOf("clusters"));
}

async function playBlock(stage: Stage, block: Block): Promise<readonly string[]> {
  const { fleet } = stage;
  const { is, line, lines } = block;
  switch (is) {
    case "clusters":
    case "yaml":
      await addAll(fleet, [block]);
      return lines;
    case "fleet":
      return (await compare(stage, { line, typed: "the fleet", told: lines.join("\n") }, () => runningTable(fleet))).split("\n");
    case "console": {
      const seen: string[] = [];
      for (const entry of parseConsole(lines, line)) seen.push(entry.typed, ...(await playEntry(stage, entry)));
      return seen;
    }
  }
}

async function playEntry(stage: Stage, { kind, by, text, typed, line, expected }: Entry): Promise<readonly string[]> {
  const { fleet, people } = stage;
  if (kind === "event") {
    await happen(fleet, text);
    return [];
  }
  const terminal = await people.terminalOf(by);
  const words = realWords(wordsOf(text), fleet, await namesIn(fleet));
  const type = async (): Promise<string> => stableText(await drover(terminal, words), await namesIn(fleet));
  if (stage.mode === "record") await happen(fleet, "until the fleet is calm");
  const patient = isQuestion(words);
  const seen = await compare(stage, { line, typed, told: expected.join("\n"), patient }, type);
  return seen === "" ? [] : seen.split("\n");
}

interface Comparison {
  readonly line: number;
  readonly typed: string;
  readonly told: string;
  /** Whether it may be looked at again. */
  readonly patient?: boolean;
}

const patienceMs = 15_000;

/** Looks until it sees what the story tells. */
async function compare(
  { fleet, mode }: Stage,
  { line, typed, told, patient = true }: Comparison,
  look: () => Promise<string>,
): Promise<string> {
  if (mode === "record") {
    await happen(fleet, "until the fleet is calm");
    return look();
  }
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen === told) return seen;
    if (!patient || performance.now() > deadline) throw new Differs({ where: `line ${line}: ${typed}`, told, seen });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

import { once } from "node:events";
import { createLog, Lifecycle } from "@drover/kit/node";
import { type DataFolder, makeDataFolder } from "./data-folder.ts";
import { nextSteps } from "./next-steps.ts";
import type { Options } from "./options.ts";
import { createProgress, type Progress } from "./progress.ts";
import { readyOf, writeReadyFile } from "./ready-file.ts";
import { startFleet } from "./start-fleet.ts";
import { enrolAll } from "./story/enrol-all.ts";
import { firstLight } from "./story/first-light.ts";
import { play, type StepResult } from "./story/play.ts";
import { summarise, type Summary, summaryTable } from "./summary.ts";

const stopDeadlineMs = 15_000;

/** Starts the fleet, plays, and ends or stays as asked. Answers the exit status. Nothing runs any more when it returns or throws. */
export async function runDemo(options: Options, signal: AbortSignal): Promise<number> {
  const progressStream = options.output === "json" ? process.stderr : process.stdout;
  const progress = createProgress((line) => progressStream.write(`${line}\n`));
  const folder = await makeDataFolder(options.dataDir);
  progress.line(`data and logs in ${folder.path}`);
  const lifecycle = new Lifecycle(createLog("demo", "warn"), stopDeadlineMs);
  let kept = true;
  try {
    const { summary, words } = await startAndPlay(options, { folder, lifecycle, progress, signal });
    kept = !summary.ok;
    report(options, summary);
    if (options.afterwards === "stay" && words !== undefined) await stayUp(words, signal);
    return summary.ok ? 0 : 1;
  } catch (error) {
    kept = !signal.aborted;
    throw error;
  } finally {
    await lifecycle.stop();
    if (kept) process.stderr.write(`everything it did is kept in ${folder.path}, its logs in ${folder.path}/logs\n`);
    else await folder.discard();
  }
}

interface Surroundings {
  readonly folder: DataFolder;
  readonly lifecycle: Lifecycle;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

interface Played {
  readonly summary: Summary;
  /** What to try next. Undefined when the fleet did not come up. */
  readonly words: string | undefined;
}

async function startAndPlay(options: Options, { folder, lifecycle, progress, signal }: Surroundings): Promise<Played> {
  const world = await startFleet(options, { folder: folder.path, lifecycle, progress, signal });
  const story = options.story === "none" ? [] : firstLight;
  const summary = (results: readonly StepResult[]): Summary => summarise(options, results, 1 + story.length, progress.elapsedMs());

  const enrolled = await play([enrolAll], world, progress);
  if (enrolled.some(({ outcome }) => outcome.kind === "failed")) return { summary: summary(enrolled), words: undefined };
  const ready = readyOf(world, folder.path);
  if (options.readyFile !== undefined) await writeReadyFile(options.readyFile, ready);
  const played = await play(story, world, progress);
  return { summary: summary([...enrolled, ...played]), words: await nextSteps(ready, world) };
}

function report({ output }: Options, summary: Summary): void {
  process.stdout.write(output === "json" ? `${JSON.stringify(summary, undefined, 2)}\n` : `\n${summaryTable(summary)}\n`);
}

/** Until Ctrl-C, also after a step that failed: there is something to look at. The children keep the process alive. */
async function stayUp(words: string, signal: AbortSignal): Promise<void> {
  process.stderr.write(`${words}\n`);
  if (!signal.aborted) await once(signal, "abort");
}

import type { Rollout } from "@drover/proto/rest";
import { holdLines } from "../views.ts";
import { drawBar } from "./bar.ts";
import { age, total } from "./cell-text.ts";
import { printable } from "./columns.ts";
import { displayWidth, padDisplay } from "./display-width.ts";
import { paint, paintWord } from "./paint.ts";

const cells = 24;

/** A rollout as it stands, a bar for each wave. Clusters are in no wave before they are dispatched, so those that wait stand beside the waves. */
export function formatProgress(rollout: Rollout, kept: readonly string[], colours: boolean): string {
  const { id, release, application, environment, phase, targets, waves, createdAt } = rollout;
  const width = waves.reduce((most, wave) => Math.max(most, displayWidth(nameOf(wave))), 0);
  const done = targets.Succeeded + targets.Unchanged;
  const of = total(targets) - targets.Left;
  return [
    `${application} in ${environment}: ${release}, ${colours ? paintWord(phase) : phase}, ${done} of ${of} done, ${age(createdAt)} old`,
    `rollout/${id}`,
    ...waves.map((wave) => `  ${padDisplay(nameOf(wave), width)}  ${barOf(wave, colours)}`),
    ...(targets.Waiting === 0 ? [] : [`  ${"waiting".padEnd(width)}  ${targets.Waiting}`]),
    ...holdLines(rollout).map((line) => printable(line)),
    ...kept.map((line) => `waits: ${line}`),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

const nameOf = ({ name, index }: Rollout["waves"][number]): string => printable(name ?? String(index));

function barOf({ targets }: Rollout["waves"][number], colours: boolean): string {
  const done = targets.Succeeded + targets.Unchanged;
  const underWay = targets.InFlight + targets.Offline;
  const of = total(targets) - targets.Left - targets.Skipped;
  const bar = drawBar({ done, underWay, failed: targets.Failed, of }, cells);
  const failed = targets.Failed === 0 ? "" : `, ${targets.Failed} failed`;
  return `${paint(targets.Failed > 0 ? "red" : done === of ? "green" : "yellow", bar, colours)} ${done}/${of}${failed}`;
}

import { type Instant, parseDuration } from "@drover/kit";
import { recurrenceAt, type RecurrenceState } from "@drover/kit/cron";
import type { Window } from "@drover/proto/fleet";
import type { ClosedWindow } from "../rollout/restrictions.ts";

/** The windows that one file states, and whose they are. */
export interface WindowLevel {
  readonly scope: ClosedWindow["scope"];
  /** The name of the project, the environment or the cluster; empty for the organisation. */
  readonly owner: string;
  readonly windows: readonly Window[];
}

export interface WindowVerdict {
  /** Undefined while the place is open. */
  readonly closed: ClosedWindow | undefined;
  /** Until then the verdict stays; undefined when it never changes by itself. */
  readonly changesAt: Instant | undefined;
}

/** Every level must be open: no deny window of it is, and when it has allow windows, one of them is. */
export function judgeWindows(levels: readonly WindowLevel[], now: Instant): WindowVerdict {
  const { closing, changesAt } = lookAt(levels, now);
  const [first] = closing.toSorted(strictestFirst);
  return { closed: first && { ...first, opensAt: opensAt(levels, closing) }, changesAt };
}

interface Look {
  /** At most two of each level: its deny windows, and its allow windows. */
  readonly closing: readonly ClosedWindow[];
  readonly changesAt: Instant | undefined;
}

function lookAt(levels: readonly WindowLevel[], now: Instant): Look {
  const looked = levels.map((level) => ({ level, windows: level.windows.map((window) => ({ window, state: stateOf(window, now) })) }));
  return {
    closing: looked.flatMap(({ level, windows }) => [...deniedBy(level, windows), ...notAllowedBy(level, windows)]),
    changesAt: earliest(looked.flatMap(({ windows }) => windows.map(({ state }) => changeOf(state)))),
  };
}

const stateOf = ({ schedule, timeZone = "UTC", duration }: Window, now: Instant): RecurrenceState =>
  recurrenceAt({ schedule, timeZone, durationMs: parseDuration(duration) }, now);

const changeOf = (state: RecurrenceState): Instant | undefined => (state.kind === "open" ? state.until : state.opensAt);

interface WindowState {
  readonly window: Window;
  readonly state: RecurrenceState;
}

/** What has begun may go on only when every deny window that is open says so. The one that stays longest speaks for them. */
function deniedBy(level: WindowLevel, windows: readonly WindowState[]): readonly ClosedWindow[] {
  const open = windows.filter(({ window, state }) => window.kind === "deny" && state.kind === "open");
  const last = open.toSorted((a, b) => order(changeOf(b.state), changeOf(a.state)))[0];
  return last === undefined ? [] : [closedBy(level, last, open)];
}

/** The allow window that opens next speaks for them. */
function notAllowedBy(level: WindowLevel, windows: readonly WindowState[]): readonly ClosedWindow[] {
  const allowing = windows.filter(({ window }) => window.kind === "allow");
  if (allowing.some(({ state }) => state.kind === "open")) return [];
  const next = allowing.toSorted((a, b) => order(changeOf(a.state), changeOf(b.state)))[0];
  return next === undefined ? [] : [closedBy(level, next, allowing)];
}

const closedBy = ({ scope, owner }: WindowLevel, { window, state }: WindowState, all: readonly WindowState[]): ClosedWindow => ({
  scope,
  owner,
  kind: window.kind,
  schedule: window.schedule,
  timeZone: window.timeZone ?? "UTC",
  overrun: all.every((one) => one.window.overrun === true),
  opensAt: changeOf(state),
});

/** Every closed level holds, so one that lets nothing go on speaks first; then a deny window. */
const strictestFirst = (a: ClosedWindow, b: ClosedWindow): number =>
  Number(a.overrun) - Number(b.overrun) || Number(a.kind === "allow") - Number(b.kind === "allow");

/** When one window opens, another may be closed again: so many times we look further. */
const mostLooks = 8;

function opensAt(levels: readonly WindowLevel[], closing: readonly ClosedWindow[]): Instant | undefined {
  let holding = closing;
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const at = latest(holding.map((closed) => closed.opensAt));
    if (at === undefined) return undefined;
    holding = lookAt(levels, at).closing;
    if (holding.length === 0) return at;
  }
  return undefined;
}

/** Never comes after every instant. */
const order = (a: Instant | undefined, b: Instant | undefined): number => {
  const [first, second] = [a ?? Number.POSITIVE_INFINITY, b ?? Number.POSITIVE_INFINITY];
  return first === second ? 0 : first - second;
};

/** Undefined as soon as one of them is. */
const latest = (times: readonly (Instant | undefined)[]): Instant | undefined => times.toSorted((a, b) => order(b, a))[0];

export const earliest = (times: readonly (Instant | undefined)[]): Instant | undefined => times.toSorted(order)[0];

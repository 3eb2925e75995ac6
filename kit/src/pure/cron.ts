import { Cron } from "croner";
import { type Instant, instant, later } from "./time.ts";

/** Cron's five fields, and the time zone that they are read in. */
export interface Schedule {
  readonly schedule: string;
  readonly timeZone: string;
}

/** Times that come again, each lasting `durationMs` of elapsed time, also over a change of the clock. */
export interface Recurrence extends Schedule {
  readonly durationMs: number;
}

export interface ScheduleProblem {
  readonly at: "schedule" | "timeZone";
  readonly message: string;
}

/**
 * `open`: it lies within one of the times, and so does every instant before `until`; at `until` look again.
 * `closed`: the next of the times begins at `opensAt`; undefined when there is none any more.
 */
export type RecurrenceState =
  | { readonly kind: "open"; readonly until: Instant }
  | { readonly kind: "closed"; readonly opensAt: Instant | undefined };

/**
 * Five fields of digits, names, lists, ranges and steps, with L for the last day and # for the n-th weekday. Croner knows more forms: seconds
 * and years, which no window needs, and + and ?, with which a schedule can be written that is due once in decades.
 */
const fiveFields = /^[0-9A-Za-z*,/#-]+( +[0-9A-Za-z*,/#-]+){4}$/;
const zoneName = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

/**
 * Five years are counted from a fixed day, so that a text is judged the same in every replica and on every day. They hold a 29th of February,
 * so only a fifth weekday of February could be judged otherwise on another day.
 */
const judgedFrom = Date.UTC(2026, 0, 1);
const judgedUntil = Date.UTC(2031, 0, 1);

/** Thousands of clusters share a few schedules, and each costs as much to read as to ask. */
const judged = new Map<string, ScheduleProblem | undefined>();
const crons = new Map<string, Cron>();
const mostRemembered = 1_000;

function remembered<Value>(known: Map<string, Value>, { schedule, timeZone }: Schedule, make: () => Value): Value {
  const key = `${timeZone} ${schedule}`;
  if (!known.has(key)) {
    if (known.size >= mostRemembered) known.clear();
    known.set(key, make());
  }
  return known.get(key) as Value;
}

/** What is wrong with a schedule, in words for whoever wrote it; undefined when it can be used. */
export const scheduleProblem = (schedule: Schedule): ScheduleProblem | undefined => remembered(judged, schedule, () => judge(schedule));

function judge({ schedule, timeZone }: Schedule): ScheduleProblem | undefined {
  if (!isTimeZone(timeZone)) return { at: "timeZone", message: `"${timeZone}" is no time zone: write one like Europe/Berlin or UTC` };
  if (!fiveFields.test(schedule))
    return {
      at: "schedule",
      message: `"${schedule}" is no cron schedule: write five fields, minute hour day month weekday, like 0 22 * * MON-FRI`,
    };
  try {
    const first = cronOf({ schedule, timeZone }).nextRun(new Date(judgedFrom - 1));
    if (first !== null && first.getTime() < judgedUntil) return undefined;
    return { at: "schedule", message: `"${schedule}" has no occurrence in five years: no month has such a day` };
  } catch (error) {
    return { at: "schedule", message: `"${schedule}" is no cron schedule: ${reasonOf(error)}` };
  }
}

function isTimeZone(timeZone: string): boolean {
  if (!zoneName.test(timeZone)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** Croner says where it stands before it says what is wrong. */
const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/^CronPattern: /, "").replace(/^[A-Z]/, (letter) => letter.toLowerCase()) : "unreadable";

/** Times that overlap or touch are one; after so many the answer is a moment at which it is still open. */
const mostJoined = 8;

/** Whether `at` lies in one of the times, and when that may change. Throws for what `scheduleProblem` finds a problem with. */
export function recurrenceAt(recurrence: Recurrence, at: Instant): RecurrenceState {
  const { durationMs } = recurrence;
  const cron = cronOf(recurrence);
  const first = nextAfter(cron, later(at, -durationMs));
  if (first === undefined || first > at) return { kind: "closed", opensAt: first };
  let until = later(first, durationMs);
  for (let joined = 1; joined < mostJoined; joined += 1) {
    const next = nextAfter(cron, later(until, -durationMs));
    if (next === undefined || next > until) break;
    until = later(next, durationMs);
  }
  return { kind: "open", until };
}

const cronOf = (given: Schedule): Cron =>
  remembered(crons, given, () => new Cron(given.schedule, { timezone: given.timeZone, mode: "5-part", paused: true }));

function nextAfter(cron: Cron, at: Instant): Instant | undefined {
  const next = cron.nextRun(new Date(at));
  return next === null ? undefined : instant(next.getTime());
}

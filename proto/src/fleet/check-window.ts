import { parseDuration, parseInstant } from "@drover/kit";
import { scheduleProblem } from "@drover/kit/cron";
import { checkDuration } from "./check-duration.ts";
import type { KeyPath } from "./fleet-yaml.ts";
import { nearest } from "./nearest.ts";
import type { ObjectFault } from "./object-fault.ts";
import type { Project } from "./schemas.ts";
import type { Freeze, Window } from "./window-schema.ts";

export const checkWindows = (windows: readonly Window[] = []): readonly ObjectFault[] =>
  windows.flatMap((window, index) => checkWindow(window, ["windows", index]));

function checkWindow({ schedule, timeZone = "UTC", duration }: Window, keys: KeyPath): readonly ObjectFault[] {
  const problem = scheduleProblem({ schedule, timeZone });
  const faults = [...checkDuration(duration, [...keys, "duration"]), ...checkSomeTime(duration, [...keys, "duration"])];
  if (problem === undefined) return faults;
  const hint = problem.at === "timeZone" ? meantZone(timeZone) : "";
  return [{ keys: [...keys, problem.at], code: "FLEET_WINDOW_INVALID", message: problem.message + hint }, ...faults];
}

const checkSomeTime = (duration: string, keys: KeyPath): readonly ObjectFault[] =>
  parseDuration(duration) > 0 ? [] : [{ keys, code: "FLEET_WINDOW_INVALID", message: `a window of ${duration} is never open` }];

function meantZone(typed: string): string {
  const near = nearest(typed, Intl.supportedValuesOf("timeZone"));
  return near === undefined ? "" : `; did you mean "${near}"?`;
}

export function checkFreeze({ from, until }: Freeze): readonly ObjectFault[] {
  const [begins, ends] = [from, until].map((text) => (text === undefined ? undefined : parseInstant(text)));
  const wrong = (key: string, message: string): readonly ObjectFault[] => [{ keys: [key], code: "FLEET_FREEZE_INVALID", message }];
  if (from !== undefined && begins === undefined) return wrong("from", `there is no such time as ${from}`);
  if (until !== undefined && ends === undefined) return wrong("until", `there is no such time as ${until}`);
  if (begins !== undefined && ends !== undefined && ends <= begins) return wrong("until", "the freeze ends before it begins");
  return [];
}

export function checkAutoPromotions({ autoPromotion = [] }: Project): readonly ObjectFault[] {
  return autoPromotion.flatMap(({ from, to, soakTime, applications }, index): readonly ObjectFault[] => {
    const keys = ["autoPromotion", index];
    const earlier = autoPromotion.slice(0, index).find((rule) => rule.to === to && overlap(rule.applications, applications));
    return [
      ...checkDuration(soakTime, [...keys, "soakTime"]),
      ...(from === to ? [wrongRule([...keys, "to"], "an environment is not promoted to itself")] : []),
      // Two sources would take turns for ever.
      ...(earlier === undefined
        ? []
        : [wrongRule([...keys, "to"], `an earlier rule promotes the same applications to ${to} from ${earlier.from}: keep one of them`)]),
    ];
  });
}

const wrongRule = (keys: KeyPath, message: string): ObjectFault => ({ keys, code: "FLEET_AUTO_PROMOTION_INVALID", message });

/** No list is every application. */
const overlap = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean =>
  a === undefined || b === undefined || a.some((name) => b.includes(name));

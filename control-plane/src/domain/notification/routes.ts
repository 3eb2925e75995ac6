import type { Notification } from "@drover/proto/fleet";
import type { Concerned, Message } from "./message.ts";

/** A fleet file `notifications/<name>.yaml`. */
export interface Route {
  readonly name: string;
  readonly form: Notification;
}

/**
 * Whether a message is sent there. A service that opens incidents hears of nothing else, and of each one's end whatever severity the end has:
 * an incident that is never closed wakes somebody for nothing.
 */
export function isRouted({ form }: Route, { event, severity, concerns, incident }: Message): boolean {
  const { receiver, severities, events } = form;
  const isIncidental = receiver.type === "PagerDuty";
  if (isIncidental && incident === undefined) return false;
  const isEnd = isIncidental && incident?.action === "resolve";
  const names = (list: readonly string[] | undefined, word: string): boolean => list?.includes(word) ?? true;
  return (
    (isEnd || (names(severities, severity) && names(events, event))) &&
    covers(form.projects, concerns.projects) &&
    covers(form.environments, concerns.environments) &&
    covers(form.applications, concerns.applications)
  );
}

const covers = (wanted: readonly string[] | undefined, concerned: Concerned): boolean =>
  wanted === undefined || concerned === "all" || concerned.some((name) => wanted.includes(name));

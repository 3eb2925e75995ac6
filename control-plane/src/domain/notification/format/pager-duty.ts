import type { Outgoing } from "../outgoing.ts";
import { lines, oneLine } from "../plain-text.ts";

/** Of the Events API v2: a summary, a deduplication key; an event as a whole may have 512 KB. */
const max = { summary: 1_024, key: 255, source: 255, text: 4_000, facts: 20, name: 100, value: 2_000, url: 2_048 };

const severities = { Info: "info", Warning: "warning", Critical: "critical" } as const;

/** Opens an incident, or closes the one with the same key. Undefined for what neither begins nor ends: routes send nothing of the sort. */
export function pagerDutyEvent({ message, link, source }: Outgoing): object | undefined {
  const { incident, title, text, facts, severity, event, at, subject } = message;
  if (incident === undefined) return undefined;
  const common = { event_action: incident.action, dedup_key: dedupKey(source, incident.key) };
  if (incident.action === "resolve") return common;
  const href = link === undefined || link.length > max.url ? undefined : link;
  return {
    ...common,
    client: "Drover",
    ...(href === undefined ? {} : { client_url: href, links: [{ href, text: "Open in Drover" }] }),
    payload: {
      summary: oneLine(title, max.summary),
      source: oneLine(source, max.source),
      severity: severities[severity],
      timestamp: at,
      component: oneLine(subject, max.source),
      class: event,
      custom_details: {
        text: lines(text, max.text),
        ...Object.fromEntries(facts.slice(0, max.facts).map(({ name, value }) => [oneLine(name, max.name), oneLine(value, max.value)])),
      },
    },
  };
}

/** Two installations may page the same service, and must not close each other's incidents. */
const dedupKey = (source: string, key: string): string => oneLine(`${source} ${key}`, max.key);

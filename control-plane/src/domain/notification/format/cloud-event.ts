import type { Outgoing } from "../outgoing.ts";
import { lines, oneLine } from "../plain-text.ts";

/** The specification asks receivers to take 64 KiB; this is far below it. */
const max = { title: 500, text: 4_000, facts: 20, name: 100, value: 2_000 };

/** CloudEvents 1.0, JSON, structured mode. */
export interface CloudEvent {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: "application/json";
  readonly data: Readonly<Record<string, unknown>>;
}

/** The id is the same at every attempt: with the source it says whether one was seen before. */
export function cloudEvent({ id, message, link, source }: Outgoing): CloudEvent {
  const { event, severity, subject, title, text, facts, at, concerns } = message;
  return {
    specversion: "1.0",
    id,
    source: oneLine(source, max.value),
    type: `dev.drover.${event}`,
    subject: oneLine(subject, max.value),
    time: at,
    datacontenttype: "application/json",
    data: {
      event,
      severity,
      title: oneLine(title, max.title),
      text: lines(text, max.text),
      facts: facts.slice(0, max.facts).map(({ name, value }) => ({ name: oneLine(name, max.name), value: oneLine(value, max.value) })),
      ...concerned(concerns),
      ...(link === undefined ? {} : { link }),
    },
  };
}

/** What everything or nothing is concerned by is left out. */
const concerned = (concerns: Outgoing["message"]["concerns"]): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    Object.entries(concerns).flatMap(([key, names]: [string, Outgoing["message"]["concerns"]["projects"]]) =>
      names === "all" || names.length === 0 ? [] : [[key, names.slice(0, 100)]],
    ),
  );

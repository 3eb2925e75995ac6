import type { Outgoing } from "../outgoing.ts";
import { lines, oneLine } from "../plain-text.ts";

/** A header's line may have 998 characters, and mail clients show far fewer. */
const max = { subject: 200, text: 10_000, facts: 20, name: 100, value: 2_000 };

export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Nothing of it can begin another header: each text is one line, and the subject holds no control. */
export function mailOf({ message, link }: Outgoing): Mail {
  const { title, text, facts, severity, event, at, subject } = message;
  const body = lines(text, max.text);
  const rows = facts.slice(0, max.facts).map(({ name, value }) => ({ name: oneLine(name, max.name), value: oneLine(value, max.value) }));
  return {
    subject: oneLine(`[${severity}] ${title}`, max.subject),
    text: [
      oneLine(title, max.value),
      body,
      rows.map(({ name, value }) => `${name}: ${value}`).join("\n"),
      link ?? "",
      `${severity} ${event} ${at}`,
    ]
      .filter((part) => part !== "")
      .join("\n\n"),
    html: [
      `<h2>${escaped(oneLine(title, max.value))}</h2>`,
      ...body
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => `<p>${escaped(line)}</p>`),
      `<table>${rows.map(({ name, value }) => `<tr><th align="left">${escaped(name)}</th><td>${escaped(value)}</td></tr>`).join("")}</table>`,
      ...(link === undefined ? [] : [`<p><a href="${escaped(link)}">Open in Drover</a></p>`]),
      `<p><small>${severity} ${event} ${escaped(at)}</small></p>`,
    ].join("\n"),
    // Mail clients put messages of one rollout into one thread, and out-of-office robots do not answer.
    headers: {
      "X-Drover-Event": event,
      "X-Drover-Severity": severity,
      "X-Drover-Subject": oneLine(subject, max.subject),
      "Auto-Submitted": "auto-generated",
    },
  };
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);

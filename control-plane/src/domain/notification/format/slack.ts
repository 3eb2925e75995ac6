import type { Outgoing } from "../outgoing.ts";
import { fit, lines, oneLine } from "../plain-text.ts";

/** As documented for Block Kit: of a header, a section's text, its at most ten fields, a button's URL; and of the fallback's text. */
const max = { header: 150, section: 3_000, fields: 10, field: 2_000, name: 100, url: 3_000, text: 4_000 };

const emoji = { Info: ":information_source:", Warning: ":warning:", Critical: ":rotating_light:" } as const;

/**
 * For an incoming webhook. What comes from elsewhere stands in plain text, which knows no markup: a commit's message can neither mention a
 * channel nor make a link. The fallback, which phones show, is always markup, and is escaped.
 */
export function slackMessage({ message, link }: Outgoing): object {
  const { title, text, facts, severity, event, at } = message;
  const section = lines(text, max.section);
  return {
    text: fit(oneLine(title, max.text), max.text, escaped),
    blocks: [
      { type: "header", text: plain(oneLine(title, max.header)) },
      ...(section === "" ? [] : [{ type: "section", text: plain(section) }]),
      ...(facts.length === 0 ? [] : [{ type: "section", fields: facts.slice(0, max.fields).map(field) }]),
      ...(link === undefined || link.length > max.url
        ? []
        : [{ type: "actions", elements: [{ type: "button", text: plain("Open in Drover"), url: link }] }]),
      { type: "context", elements: [{ type: "mrkdwn", text: `${emoji[severity]} ${severity} · ${event} · ${at}` }] },
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}

const plain = (text: string): object => ({ type: "plain_text", text, emoji: false });

function field({ name, value }: Outgoing["message"]["facts"][number]): object {
  const head = `${oneLine(name, max.name)}\n`;
  return plain(head + (oneLine(value, max.field - head.length) || "–"));
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const escaped = (character: string): string => entities[character] ?? character;

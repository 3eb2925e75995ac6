import type { Outgoing } from "../outgoing.ts";
import { lines, oneLine } from "../plain-text.ts";

/**
 * Teams refuses messages above 28 KB. These stay below it where every character takes three bytes: 2 KB of titles, 9 of text, 10 of facts, 2 of
 * link, and 4 for the blocks around them.
 */
const max = { title: 300, text: 3_000, paragraphs: 30, facts: 10, name: 60, value: 250, url: 2_000 };

const colors = { Info: "Accent", Warning: "Warning", Critical: "Attention" } as const;

/**
 * For a workflow's "when a webhook request is received": one Adaptive Card. Text stands in text runs, which know no markup, and never in text
 * blocks or fact sets, which would make links of a commit's message.
 */
export function teamsMessage({ message, link }: Outgoing): object {
  const { title, text, facts, severity, event, at } = message;
  const [paragraphs, more] = paragraphsOf(lines(text, max.text));
  return {
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          msteams: { width: "Full" },
          fallbackText: oneLine(title, max.title),
          body: [
            rich([{ text: oneLine(title, max.title), size: "Large", weight: "Bolder", color: colors[severity] }]),
            ...paragraphs.map((line) => rich([{ text: line }])),
            ...(more ? [rich([{ text: "…" }])] : []),
            ...facts
              .slice(0, max.facts)
              .map(({ name, value }) =>
                rich([{ text: `${oneLine(name, max.name)}: `, weight: "Bolder" }, { text: oneLine(value, max.value) || "–" }]),
              ),
            rich([{ text: `${severity} · ${event} · ${at}`, isSubtle: true, size: "Small" }]),
          ],
          ...(link === undefined || link.length > max.url
            ? {}
            : { actions: [{ type: "Action.OpenUrl", title: "Open in Drover", url: link }] }),
        },
      },
    ],
  };
}

function paragraphsOf(text: string): readonly [paragraphs: readonly string[], more: boolean] {
  const all = text.split("\n").filter((line) => line !== "");
  return [all.slice(0, max.paragraphs), all.length > max.paragraphs];
}

const rich = (runs: readonly object[]): object => ({ type: "RichTextBlock", inlines: runs.map((run) => ({ type: "TextRun", ...run })) });

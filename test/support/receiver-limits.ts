/** What each service documents of the messages that it takes. Answers what it would refuse, or show otherwise than it is meant. */
export type Judge = (body: string) => readonly string[];

type Json = Readonly<Record<string, unknown>>;

const inBytes = (text: string): number => Buffer.byteLength(text);
const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const unless = (isRight: boolean, problem: string): readonly string[] => (isRight ? [] : [problem]);
const within = (value: unknown, least: number, most: number, what: string): readonly string[] =>
  unless(typeof value === "string" && value.length >= least && value.length <= most, `${what}: ${String(value).length} characters`);

/** docs.slack.dev: Block Kit's reference of blocks, and of text objects. */
export const slackProblems: Judge = (body) => {
  const { text, blocks, ...rest } = JSON.parse(body) as Json;
  return [
    ...within(text, 1, 40_000, "text"),
    ...unless(!/[<>]|&(?!amp;|lt;|gt;)/.test(String(text)), "text has markup of a stranger"),
    ...unless(listOf(blocks).length >= 1 && listOf(blocks).length <= 50, "1 to 50 blocks"),
    ...listOf(blocks).flatMap(slackBlock),
    ...Object.keys(rest)
      .filter((key) => !["unfurl_links", "unfurl_media"].includes(key))
      .map((key) => `unknown ${key}`),
  ];
};

function slackBlock(block: Json): readonly string[] {
  const textOf = (value: unknown, most: number, types: readonly string[] = ["plain_text"]): readonly string[] => {
    const { type, text } = value as Json;
    return [
      ...unless(types.includes(String(type)), `${String(block["type"])}: ${String(type)}`),
      ...within(text, 1, most, String(block["type"])),
    ];
  };
  switch (block["type"]) {
    case "header":
      return textOf(block["text"], 150);
    case "section":
      return [
        ...unless(block["text"] !== undefined || block["fields"] !== undefined, "a section needs text or fields"),
        ...(block["text"] === undefined ? [] : textOf(block["text"], 3_000)),
        ...unless(listOf(block["fields"]).length <= 10, "10 fields"),
        ...listOf(block["fields"]).flatMap((field) => textOf(field, 2_000)),
      ];
    case "actions":
      return listOf(block["elements"]).flatMap(({ text, url }) => [...textOf(text, 75), ...within(url, 1, 3_000, "url")]);
    case "context":
      return listOf(block["elements"]).flatMap((element) => textOf(element, 2_000, ["mrkdwn"]));
    default:
      return [`unknown block ${String(block["type"])}`];
  }
}

/** learn.microsoft.com: messages of a workflow's webhook may have 28 KB, and cards of Teams the schema's version 1.5. */
export const teamsProblems: Judge = (body) => {
  const { type, attachments } = JSON.parse(body) as Json;
  const [attachment] = listOf(attachments);
  const card = (attachment?.["content"] ?? {}) as Json;
  return [
    ...unless(inBytes(body) <= 28 * 1024, `${inBytes(body)} bytes`),
    ...unless(type === "message" && listOf(attachments).length === 1, "one attachment of a message"),
    ...unless(attachment?.["contentType"] === "application/vnd.microsoft.card.adaptive", "an adaptive card"),
    ...unless(card["type"] === "AdaptiveCard" && Number(card["version"]) <= 1.5, "version 1.5"),
    ...listOf(card["body"]).flatMap((element) => [
      // A TextBlock or a FactSet would read what strangers wrote as Markdown.
      ...unless(element["type"] === "RichTextBlock", `element ${String(element["type"])}`),
      ...listOf(element["inlines"]).flatMap((run) => within(run["text"], 1, 28 * 1024, "text run")),
    ]),
    ...listOf(card["actions"]).flatMap((action) => unless(action["type"] === "Action.OpenUrl", "an action that opens")),
  ];
};

/** developer.pagerduty.com: Events API v2. */
export const pagerDutyProblems: Judge = (body) => {
  const { routing_key, event_action, dedup_key, payload, links } = JSON.parse(body) as Json;
  const { summary, source, severity, timestamp } = (payload ?? {}) as Json;
  return [
    ...unless(inBytes(body) <= 512 * 1024, `${inBytes(body)} bytes`),
    ...within(routing_key, 32, 32, "routing_key"),
    ...within(dedup_key, 1, 255, "dedup_key"),
    ...unless(event_action === "trigger" || event_action === "resolve", `event_action ${String(event_action)}`),
    ...(event_action === "resolve"
      ? []
      : [
          ...within(summary, 1, 1_024, "summary"),
          ...within(source, 1, 255, "source"),
          ...unless(["critical", "error", "warning", "info"].includes(String(severity)), `severity ${String(severity)}`),
          ...unless(!Number.isNaN(Date.parse(String(timestamp))), `timestamp ${String(timestamp)}`),
          ...listOf(links).flatMap(({ href }) => unless(URL.canParse(String(href)), `link ${String(href)}`)),
        ]),
  ];
};

/** cloudevents.io, 1.0.2: required attributes, and the 64 KiB that every consumer should take. */
export const cloudEventProblems: Judge = (body) => {
  const event = JSON.parse(body) as Json;
  return [
    ...unless(inBytes(body) <= 64 * 1024, `${inBytes(body)} bytes`),
    ...unless(event["specversion"] === "1.0", "specversion"),
    ...["id", "source", "type"].flatMap((name) => within(event[name], 1, 2_048, name)),
    ...unless(!Number.isNaN(Date.parse(String(event["time"]))), "time"),
    ...unless(
      Object.keys(event).every((name) => /^[a-z0-9]{1,20}$/.test(name)),
      "names of attributes are lower-case letters and digits",
    ),
  ];
};

/** RFC 5321 and 5322: a line has at most 998 characters, and no header but the expected ones. */
export function mailProblems(raw: string): readonly string[] {
  const head = raw.slice(0, raw.indexOf("\r\n\r\n"));
  const names = [...head.matchAll(/^([!-9;-~]+):/gm)].map(([, name = ""]) => name.toLowerCase());
  const expected =
    /^(from|to|subject|message-id|date|mime-version|content-type|content-transfer-encoding|auto-submitted|x-drover-(event|severity|subject))$/;
  return [
    ...raw
      .split("\r\n")
      .filter((line) => inBytes(line) > 998)
      .map((line) => `a line of ${inBytes(line)} bytes`),
    ...names.filter((name) => !expected.test(name)).map((name) => `header ${name}`),
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} twice`),
  ];
}

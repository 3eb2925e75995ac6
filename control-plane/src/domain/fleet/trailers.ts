/** The last paragraph of a commit message when all of it is `Key: value` lines, as `git interpret-trailers` reads them. Keys in lower case. */
export function parseTrailers(message: string): ReadonlyMap<string, string> {
  const paragraphs = message.trimEnd().split(/\n[ \t]*\n/);
  const lines = paragraphs.length < 2 ? [] : (paragraphs.at(-1) as string).split("\n");
  const pairs = lines.map((line) => /^([A-Za-z][A-Za-z0-9-]*): ?(.*)$/.exec(line));
  const trailers = new Map<string, string>();
  for (const pair of pairs) {
    if (pair === null) return new Map();
    trailers.set((pair[1] as string).toLowerCase(), (pair[2] as string).trim());
  }
  return trailers;
}

/** A message of subject, body and trailers. What people wrote cannot end a line early, so it cannot forge a trailer. */
export function formatMessage(subject: string, body: string, trailers: Readonly<Record<string, string>>): string {
  const written = Object.entries(trailers).map(([key, value]) => `${key}: ${oneLine(value)}`);
  const paragraphs = [oneLine(subject), indentTrailers(body), written.join("\n")];
  return `${paragraphs.filter((paragraph) => paragraph !== "").join("\n\n")}\n`;
}

const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();

const indentTrailers = (body: string): string =>
  body
    .split(/\r\n|\r|\n/)
    .map((line) => oneLine(line))
    .join("\n")
    .trim();

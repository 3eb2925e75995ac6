/** What JSON lets through as it is, though terminals obey it or show a line in another order for it. In a line of JSON it stands in texts alone. */
const unescaped = /[\u007f-\u009f]|\p{Bidi_Control}/gu;

/** The same JSON, for whoever reads logs on a terminal: names and messages in them come from strangers. */
export const harmlessLine = (json: string): string =>
  json.replace(unescaped, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

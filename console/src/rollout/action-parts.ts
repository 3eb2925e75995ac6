/** What somebody can do is a sentence with commands in it. */
export interface ActionPart {
  readonly kind: "text" | "command";
  readonly text: string;
}

/** A command begins with a program of ours or kubectl, and ends with the sentence or before ", or …". */
const command = /\b(?:drover|kubectl) .*?(?=, or |; |$)/g;

export function actionParts(action: string): readonly ActionPart[] {
  const parts: ActionPart[] = [];
  let from = 0;
  for (const { 0: text, index } of action.matchAll(command)) {
    parts.push({ kind: "text", text: action.slice(from, index) }, { kind: "command", text });
    from = index + text.length;
  }
  return [...parts, { kind: "text", text: action.slice(from) } as const].filter(({ text }) => text !== "");
}

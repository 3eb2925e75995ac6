import { DroverError, type ErrorKind } from "@drover/kit";

/** How an agent's code ends → how the asker's call fails. Codes come from agents of any version, so no list of them can be whole. */
const kinds: readonly (readonly [RegExp, ErrorKind])[] = [
  [/_NOT_FOUND$/, "not-found"],
  [/_INVALID$/, "invalid"],
  [/_(FORBIDDEN|DENIED)$/, "forbidden"],
  [/_(BUSY|TOO_MANY|EXHAUSTED)$/, "exhausted"],
  [/_(EXPIRED|TIMEOUT)$/, "timeout"],
  [/^(UNASSIGNED|.*_(WRONG_STATE|UNASSIGNED|SUSPENDED))$/, "wrong-state"],
];

const shown = /^[A-Z][A-Z0-9_]{1,63}$/;

/** What an agent could not answer, as the asker's error. */
export function answerError(cluster: string, { code, message }: { readonly code: string; readonly message: string }): DroverError {
  const kind = kinds.find(([ending]) => ending.test(code))?.[1] ?? "unavailable";
  return new DroverError(kind, shown.test(code) ? code : "ANSWER_FAILED", `ask cluster ${cluster}: ${message}`);
}

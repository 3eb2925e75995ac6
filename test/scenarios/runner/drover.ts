import { run } from "../../../cli/src/run.ts";

/** Who types it, at which server. */
export interface Terminal {
  readonly server: string;
  readonly caFile: string;
  readonly token: string;
}

/** The command line in this process, so that a story is not spent on starting programs. Answers what a person would see, in its order. */
export async function drover({ server, caFile, token }: Terminal, words: readonly string[]): Promise<string> {
  let seen = "";
  const status = await run(words, {
    env: { DROVER_SERVER: server, DROVER_TOKEN: token, DROVER_CA_FILE: caFile, DROVER_CONFIG: "/nonexistent/config" },
    isTerminal: false,
    out: (text) => (seen += text),
    say: (text) => (seen += `${text}\n`),
  });
  return status === 0 ? seen : `${seen}[exit status ${status}]\n`;
}

/** Commands that change nothing may be asked again until the answer is the expected one. */
export function isQuestion([command = "", verb = ""]: readonly string[]): boolean {
  return (questions[command] ?? []).some((known) => known === "*" || known === verb);
}

const questions: Readonly<Record<string, readonly string[]>> = {
  get: ["*"],
  why: ["*"],
  history: ["*"],
  validate: ["*"],
  rollout: ["status", "plan", "gates", "timeline"],
  stop: ["status"],
  "break-glass": ["list"],
  prune: ["list"],
};

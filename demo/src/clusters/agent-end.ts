import { DroverError, parseJson } from "@drover/kit";

interface Ended {
  readonly cluster: string;
  /** Like `exited with status 1`. */
  readonly how: string;
  /** What its log ends with. */
  readonly lastWords: string;
}

/** Why an agent ended, for a person at a terminal: its own error and what to do, or the end of its log where that has none. */
export function agentEnded({ cluster, how, lastWords }: Ended): DroverError {
  const error = lastWords.split("\n").flatMap(errorIn).at(-1);
  const end = error === undefined ? `${how}; ${lastWords}` : `${error.message} (${error.code})${nextStep(cluster, error.code)}`;
  return new DroverError("unavailable", "AGENT_ENDED", `the agent of ${cluster} ended: ${end}`);
}

const nextStep = (cluster: string, code: string): string =>
  code === "ENROLMENT_CLUSTER_UID"
    ? `\nIf that cluster is gone: \`drover cluster revoke ${cluster} -m REASON\`, then start this agent again. Otherwise register this one by a name of its own.`
    : "";

function errorIn(line: string): readonly { readonly code: string; readonly message: string }[] {
  const { level, err } = (parsed(line) ?? {}) as { level?: unknown; err?: { code?: unknown; message?: unknown } };
  return level === "error" && typeof err?.code === "string" && typeof err.message === "string"
    ? [{ code: err.code, message: err.message }]
    : [];
}

function parsed(line: string): unknown {
  try {
    return parseJson(line);
  } catch {
    return undefined;
  }
}

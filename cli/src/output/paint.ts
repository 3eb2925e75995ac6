import { styleText } from "node:util";

type Colour = "red" | "green" | "yellow" | "cyan" | "dim" | "bold";

/** Whether colours are wanted: at a terminal whose owner has not said otherwise. */
export const wantsColours = (isTerminal: boolean, env: NodeJS.ProcessEnv): boolean =>
  isTerminal && !env["NO_COLOR"] && env["TERM"] !== "dumb";

export const paint = (colour: Colour, text: string, colours: boolean): string =>
  colours ? styleText(colour, text, { validateStream: false }) : text;

const meanings: Readonly<Record<"green" | "yellow" | "red" | "dim", readonly string[]>> = {
  green: ["Healthy", "Synced", "Connected", "Completed", "Succeeded", "Unchanged", "Passed", "Active", "Delivered"],
  yellow: [
    "Progressing",
    "OutOfSync",
    "Suspended",
    "Stale",
    "Running",
    "Pending",
    "Paused",
    "Waiting",
    "InFlight",
    "RollingBack",
    "Syncing",
  ],
  red: ["Degraded", "Missing", "Offline", "Revoked", "Failed", "Halted", "Aborted", "Refused", "Rejected", "Conflict"],
  dim: ["Unknown", "Superseded", "Skipped", "<none>", "<never>", "<unknown>"],
};
const colourOf = new Map(Object.entries(meanings).flatMap(([colour, words]) => words.map((word) => [word, colour as Colour] as const)));

/** A cell that is one of our words of state, alone or with more behind a comma, in the colour of what it means. */
export function paintWord(cell: string): string {
  const colour = colourOf.get(cell.trimEnd().split(",", 1)[0] ?? "");
  return colour === undefined ? cell : paint(colour, cell, true);
}

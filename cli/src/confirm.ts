import { DroverError } from "@drover/kit";
import type { Cli } from "./cli.ts";

interface Confirmation {
  /** Like `revoke cluster/eu-1`. */
  readonly what: string;
  /** What will happen, a line each. */
  readonly consequences: readonly string[];
  readonly yes?: boolean | undefined;
  /** What has to be typed; `y` when absent. For what nobody should do by a slip of the hand. */
  readonly typed?: string;
}

/** Names what will happen and asks. Throws NOT_CONFIRMED, also where there is nobody to ask: a script says --yes. */
export async function confirm(cli: Cli, { what, consequences, yes, typed }: Confirmation): Promise<void> {
  for (const line of consequences) cli.say(line);
  if (yes === true) return;
  const question = typed === undefined ? "Go on? [y/N] " : `Type ${typed} to go on: `;
  const answer = await cli.ask?.(question);
  if (typed === undefined ? answer?.toLowerCase() === "y" : answer === typed) return;
  throw new DroverError(
    "cancelled",
    "NOT_CONFIRMED",
    `${what}: not confirmed, and nothing was changed; answer ${typed ?? "y"}, or give --yes`,
  );
}

import type { Client } from "@drover/proto/rest";
import type { Command } from "commander";
import { connect, type GlobalOptions, openStream, type Stream } from "./connection.ts";

/** What a command has besides its own arguments. */
export interface Cli {
  readonly env: NodeJS.ProcessEnv;
  readonly out: (text: string) => void;
  /** Standard output where it is no text. */
  readonly outBytes?: ((bytes: Uint8Array) => void) | undefined;
  /** As it was called, where not `drover`. */
  readonly programName?: string | undefined;
  /** Messages for people: standard error, so that standard output stays data. */
  readonly say: (text: string) => void;
  readonly isTerminal: boolean;
  /** Standard output where it is a terminal, for what moves its cursor; nothing that came from a server may go here as it came. */
  readonly outScreen?: ((text: string) => void) | undefined;
  /** Writes where messages go, without a new line: for what is drawn over again. */
  readonly draw?: ((text: string) => void) | undefined;
  /** Of the terminal, as wide and as high as it is now. */
  readonly columns?: (() => number | undefined) | undefined;
  readonly rows?: (() => number | undefined) | undefined;
  /** Told when the terminal has got another size; answers how to stop that. */
  readonly onResize?: ((listener: () => void) => () => void) | undefined;
  /** Told once of Ctrl-C, which then ends nothing by itself; answers how to leave it as it was. */
  readonly onInterrupt?: ((listener: () => void) => () => void) | undefined;
  /** Asks the person at the terminal; absent where there is none. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
  /** As `ask`, without showing what is typed. */
  readonly askSecret?: ((question: string) => Promise<string>) | undefined;
  /** All of standard input. */
  readonly readInput?: (() => Promise<string>) | undefined;
  /** Ends with another status than 0 although nothing was thrown, as when a watched rollout failed; what is thrown ends with at least it. */
  readonly setExitCode: (code: number) => void;
}

export const clientFor = (cli: Cli, command: Command): Client => connect(command.optsWithGlobals<GlobalOptions>(), cli.env, cli.say);

export const streamFor = (cli: Cli, command: Command): Stream => openStream(command.optsWithGlobals<GlobalOptions>(), cli.env, cli.say);

type Page<Item> = { readonly items: readonly Item[]; readonly nextPageToken?: string };

/** All pages of a list, one after another. */
export async function allPages<Item>(page: (pageToken: string | undefined) => Promise<Page<Item>>): Promise<readonly Item[]> {
  const items: Item[] = [];
  let token: string | undefined;
  do {
    const answer = await page(token);
    items.push(...answer.items);
    token = answer.nextPageToken;
  } while (token !== undefined);
  return items;
}

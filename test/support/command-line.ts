import { run } from "../../cli/src/run.ts";
import type { DroverCli } from "./drover-cli.ts";

/** The command line in this process: to start one for each command takes most of the time. `more` is a terminal, or somebody who answers. */
export const commandLine =
  (env: Readonly<Record<string, string>>, more: Partial<Parameters<typeof run>[1]> = {}): DroverCli =>
  async (...args) => {
    let [out, said] = ["", ""];
    const io = { env, isTerminal: false, out: (text: string) => (out += text), say: (text: string) => (said += `${text}\n`) };
    const status = await run(args, { ...io, ...more });
    return { status, out, said };
  };

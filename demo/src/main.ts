import { DroverError, errorChain } from "@drover/kit";
import { parseOptions, usage } from "./options.ts";
import { runDemo } from "./run-demo.ts";

// ./drover demo. Status 0: as asked; 1: something is not as it should be; 2: wrong options; 130: interrupted.

const interrupted = 130;
const controller = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => {
    // The second time a person means at once; the children are killed with us.
    if (controller.signal.aborted) process.exit(interrupted);
    process.stderr.write("stopping ...\n");
    controller.abort(new DroverError("cancelled", "INTERRUPTED", "interrupted"));
  });

async function main(): Promise<number> {
  try {
    const command = parseOptions(process.argv.slice(2));
    if (command.kind === "run") return await runDemo(command.options, controller.signal);
    process.stdout.write(usage);
    return 0;
  } catch (error) {
    if (controller.signal.aborted) return interrupted;
    process.stderr.write(`drover demo: ${errorChain(error)}\n`);
    return error instanceof DroverError && error.kind === "invalid" ? 2 : 1;
  }
}

// Explicitly: a keep-alive connection must not hold the process.
process.exit(await main());

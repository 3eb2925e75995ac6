import { parseArgs } from "node:util";
import { startMemoryHost } from "./host.ts";

// Hosts in-memory clusters until SIGTERM or SIGINT: node main.ts --socket PATH --cluster NAME [--cluster NAME]…
// Prints one line of JSON when it serves.

const { values } = parseArgs({ options: { socket: { type: "string" }, cluster: { type: "string", multiple: true } } });
if (values.socket === undefined || values.cluster === undefined) {
  process.stderr.write("usage: node main.ts --socket PATH --cluster NAME [--cluster NAME]...\n");
  process.exit(2);
}
const host = await startMemoryHost({ socketPath: values.socket, clusters: values.cluster });
process.stdout.write(`${JSON.stringify({ msg: "in-memory clusters are served", socket: values.socket, clusters: values.cluster })}\n`);
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void host.close());

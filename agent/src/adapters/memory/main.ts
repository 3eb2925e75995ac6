import { parseArgs } from "node:util";
import { startMemoryHost } from "./host.ts";

// Hosts in-memory clusters until SIGTERM or SIGINT: node main.ts --socket PATH --cluster NAME[=UID] [--cluster NAME[=UID]]…
// Prints one line of JSON when it serves.

const { values } = parseArgs({ options: { socket: { type: "string" }, cluster: { type: "string", multiple: true } } });
if (values.socket === undefined || values.cluster === undefined) {
  process.stderr.write("usage: node main.ts --socket PATH --cluster NAME[=UID] [--cluster NAME[=UID]]...\n");
  process.exit(2);
}
const given = values.cluster.map((cluster) => cluster.split("=", 2) as [string, string?]);
const clusters = given.map(([name]) => name);
const uids = new Map(given.flatMap(([name, uid]) => (uid === undefined ? [] : [[name, uid] as const])));
const host = await startMemoryHost({ socketPath: values.socket, clusters, uids });
process.stdout.write(`${JSON.stringify({ msg: "in-memory clusters are served", socket: values.socket, clusters })}\n`);
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void host.close());

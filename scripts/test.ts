import { spawnSync } from "node:child_process";

// Everything: unit and property tests, then every behaviour on real servers. Missing programs are built first, with progress,
// so that no test waits for a compiler.
const programs = spawnSync("node", ["tools/src/main.ts"], { stdio: "inherit" });
if (programs.status !== 0) process.exit(programs.status ?? 1);

const tests = spawnSync("vitest", ["run", "--project", "unit", "--project", "integration", ...process.argv.slice(2)], { stdio: "inherit" });
process.exitCode = tests.status ?? 1;

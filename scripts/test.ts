import { spawnSync } from "node:child_process";

// Everything: unit and property tests, then every behaviour on real servers. Missing programs are built first, with progress,
// so that no test waits for a compiler.
const programs = spawnSync("node", ["tools/src/main.ts"], { stdio: "inherit" });
if (programs.status !== 0) process.exit(programs.status ?? 1);

// `--after-check`, for `.ci/run`: the units have just passed in the check, and its tally is carried over.
const options = process.argv.slice(2);
const projects = options.includes("--after-check") ? ["integration"] : ["unit", "integration"];
const args = ["run", ...projects.flatMap((name) => ["--project", name]), ...options.filter((option) => option !== "--after-check")];
const tests = spawnSync("vitest", args, { stdio: "inherit" });
process.exitCode = tests.status ?? 1;

import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** The command lines of all processes that have this folder in their arguments, their environment or as their working directory. */
export function processesOf(folder: string): readonly string[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      const words = (file: string): string => tried(() => readFileSync(`/proc/${pid}/${file}`, "utf8")).replaceAll("\0", " ");
      const commandLine = words("cmdline");
      const traces = [commandLine, words("environ"), tried(() => readlinkSync(`/proc/${pid}/cwd`))];
      return traces.some((trace) => trace.includes(folder)) ? [commandLine] : [];
    });
}

/** Processes end while we look. */
function tried(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}

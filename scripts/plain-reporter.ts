import { readFileSync, writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  pending: number;
}

/**
 * Closes a run with one plain line, `N passed, N failed`, that a machine can read. A file that could not run counts as a failure. Where
 * several runs make one gate, DROVER_TALLY names a file that carries the sum from one to the next.
 */
export default class PlainReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const carrier = process.env["DROVER_TALLY"];
    const tally = carriedBy(carrier);
    for (const module of modules) {
      const results = [...module.children.allTests()].map((test) => test.result().state);
      for (const state of results) tally[state] += 1;
      if (module.state() === "failed" && !results.includes("failed")) tally.failed += 1;
    }
    if (carrier !== undefined) writeFileSync(carrier, JSON.stringify(tally));
    const skipped = tally.skipped + tally.pending;
    console.log(`${tally.passed} passed, ${tally.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  }
}

function carriedBy(file: string | undefined): Tally {
  const text = file === undefined ? "" : readFileSync(file, "utf8");
  return text === "" ? { passed: 0, failed: 0, skipped: 0, pending: 0 } : (JSON.parse(text) as Tally);
}

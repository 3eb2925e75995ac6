import type { Reporter, TestModule } from "vitest/node";

/** Closes a run with one plain line, `N passed, N failed`, that a machine can read. A file that could not run counts as a failure. */
export default class PlainReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tally = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      const results = [...module.children.allTests()].map((test) => test.result().state);
      for (const state of results) tally[state] += 1;
      if (module.state() === "failed" && !results.includes("failed")) tally.failed += 1;
    }
    const skipped = tally.skipped + tally.pending;
    console.log(`${tally.passed} passed, ${tally.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  }
}

import type { Page } from "playwright-core";

export interface Seen {
  readonly longTasks: number;
  readonly shift: number;
}

/** Counts what Chromium itself reports: tasks over 50 ms, and by how much what was painted moved. */
export async function watchPage(page: Page): Promise<(order?: "forget") => Promise<Seen>> {
  await page.addInitScript(`
    globalThis.seen = { longTasks: 0, shift: 0 };
    new PerformanceObserver((list) => (seen.longTasks += list.getEntries().length)).observe({ type: "longtask", buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  `);
  return (order) =>
    page.evaluate<Seen>(
      order === "forget"
        ? "(seen.longTasks = 0, seen.shift = 0, { ...seen })"
        : // What happened a moment ago is reported a moment later.
          "new Promise((resolve) => setTimeout(() => resolve({ ...seen }), 200))",
    );
}

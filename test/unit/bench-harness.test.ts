import fc from "fast-check";
import { expect, test } from "vitest";
import type { Environment } from "../bench/harness/environment.ts";
import { oneByOne, overlapping } from "../bench/harness/pace.ts";
import { cpuMicros } from "../bench/harness/process-cpu.ts";
import { rowOf, series } from "../bench/harness/row.ts";
import { quantile, summarise } from "../bench/harness/statistics.ts";
import { table } from "../bench/harness/table.ts";

const environment: Environment = {
  at: "2026-11-21T09:00:00.000Z",
  cores: 2,
  cpu: "a processor",
  memoryGiB: 24,
  kernel: "6.18",
  versions: { node: "v24" },
  loadAverage: [0, 0, 0],
  calibration: {
    fdatasyncMs: { p50: 0.1, p99: 0.2 },
    loopbackMs: { p50: 0.1, p99: 0.2 },
    selectOneMs: { p50: 0.1, p99: 0.2 },
    commitMs: { p50: 0.1, p99: 0.2 },
    sha256MBps: 1000,
  },
};
const oneTo = (n: number): readonly number[] => Array.from({ length: n }, (_, index) => index + 1);
const signal = new AbortController().signal;

test("the quantiles of 1 to 100 are its ranks, whatever the order", () => {
  expect(summarise(oneTo(100).toReversed())).toEqual({ n: 100, p50: 50, p99: 99, max: 100 });
  expect(summarise(oneTo(20))).toEqual({ n: 20, p50: 10, p99: 20, max: 20 });
  expect(() => summarise([])).toThrow(RangeError);
});

test("a quantile was measured, and that share of the samples is not above it", () => {
  const samples = fc.array(fc.double({ noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(samples, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, q) => {
      const found = quantile(values, q);
      expect(values).toContain(found);
      expect(values.filter((value) => value <= found).length).toBeGreaterThanOrEqual(q * values.length - 1e-9);
    }),
  );
});

test("a row says what was measured, where, beside which floor, and whether it is what was promised", () => {
  const about = { id: "x1", name: "a thing", floor: oneTo(10), target: { p50: 50, p99: 98 } };
  const row = rowOf(series(about, oneTo(100)), environment);
  expect(row).toEqual({
    id: "x1",
    name: "a thing",
    n: 100,
    unit: "ms",
    p50: 50,
    p99: 99,
    max: 100,
    value: null,
    floor: { p50: 5, p99: 10 },
    target: { p50: 50, p99: 98 },
    met: false,
    environment,
  });
});

test.each([
  { name: "met at the limit", value: 250, target: { value: 250 }, met: true },
  { name: "missed above it", value: 251, target: { value: 250 }, met: false },
  { name: "neither without a promise", value: 251, target: undefined, met: null },
])("a single figure is $name", ({ value, target, met }) => {
  const figure = { id: "x2", name: "a cost", n: 3, unit: "µs", value, ...(target === undefined ? {} : { target }) } as const;
  expect(rowOf(figure, environment)).toMatchObject({ value, met, p50: null, floor: null });
});

test("the table has a line for each row and says plainly what is missed", () => {
  const rows = [
    rowOf(series({ id: "x1", name: "slow", target: { p99: 1 } }, oneTo(100)), environment),
    rowOf(series({ id: "x2", name: "unpromised", floor: [1] }, oneTo(100)), environment),
  ];
  const [head, slow, unpromised] = table(rows).split("\n");
  expect(head).toMatch(/^id\s+what\s+n\s+p50\s+p99\s+max\s+floor/);
  expect(slow).toMatch(/x1\s+slow\s+100\s+50\.0 ms\s+99\.0 ms\s+100 ms\s+-\s+- \/ 1\.00\s+NO$/);
  expect(unpromised).toMatch(/1\.00 \/ 1\.00\s+-\s+-$/);
});

test("samples are taken at their times, and one that was kept waiting knows since when", async () => {
  const delays = await oneByOne({ n: 3, everyMs: 20, signal }, async (index, dueAt) => {
    const late = performance.now() - dueAt;
    if (index === 0) await new Promise((resolve) => setTimeout(resolve, 60)); // the next one was due 40 ms ago
    return late;
  });
  expect(delays[0]).toBeLessThan(20);
  expect(delays[1]).toBeGreaterThan(30);
});

test("overlapping samples do not wait for one another", async () => {
  let running = 0;
  const most = await overlapping({ n: 3, everyMs: 1, signal }, async () => {
    running += 1;
    const seen = running;
    await new Promise((resolve) => setTimeout(resolve, 50));
    return seen;
  });
  expect(most).toEqual([1, 2, 3]);
});

test("the CPU time of a process grows with what it does", async () => {
  const before = await cpuMicros(process.pid);
  const end = performance.now() + 60;
  while (performance.now() < end) Math.sqrt(end);
  expect(await cpuMicros(process.pid)).toBeGreaterThan(before);
});

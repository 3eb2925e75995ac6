import { type Instant, instant } from "@drover/kit";
import { expect, test } from "vitest";
import { type JobOnCluster, judgeJobs } from "./judge-jobs.ts";

const start = instant(1_800_000_000_000);
const after = (seconds: number): Instant => instant(start + seconds * 1_000);

const on = (clusterName: string, state: JobOnCluster["state"], message = "", isCurrent = true): JobOnCluster => ({
  clusterName,
  state,
  message,
  isCurrent,
  wantedAt: start,
});

test.each<{ name: string; jobs: readonly JobOnCluster[]; at?: number; says: string }>([
  { name: "succeeded everywhere", jobs: [on("a", "Succeeded"), on("b", "Succeeded")], says: "ok: its Job succeeded on a, b" },
  {
    name: "succeeded on a cluster that has gone on since",
    jobs: [on("a", "Succeeded", "", false)],
    says: "ok: its Job succeeded on a",
  },
  {
    name: "still runs",
    jobs: [on("a", "Succeeded"), on("b", "Running", "1 active"), on("c", "Wanted")],
    says: "wait 60: its Job succeeded on 1 of 3 clusters; b runs (1 active), c has not begun",
  },
  {
    name: "failed on one, whatever the others do",
    jobs: [on("a", "Wanted"), on("b", "Failed", "exit code 1")],
    says: "failed: on b its Job failed: exit code 1",
  },
  { name: "is refused", jobs: [on("a", "Refused", "forbidden")], says: "failed: on a its Job may not run: forbidden" },
  { name: "was given up", jobs: [on("a", "Withdrawn")], says: "failed: on a its Job was given up" },
  {
    name: "was overtaken by another revision",
    jobs: [on("a", "Running", "", false)],
    says: "failed: on a another revision took the place of the one that its Job was to judge",
  },
  {
    name: "was never answered",
    jobs: [on("a", "Wanted")],
    at: 60,
    says: "failed: on a its Job did not begin within 60s: the agent is offline, in maintenance, or of a version that knows no Jobs",
  },
  {
    name: "took too long",
    jobs: [on("a", "Running", "ImagePullBackOff")],
    at: 60,
    says: "failed: on a its Job did not end within 60s: ImagePullBackOff",
  },
  { name: "has nowhere to run", jobs: [], says: "failed: no cluster of the wave has the application, so its Job can run nowhere" },
])("a Job that $name", ({ jobs, at = 1, says }) => {
  const verdict = judgeJobs(jobs, 60_000, after(at));
  const words =
    verdict.kind === "Wait"
      ? `wait ${(Number(verdict.until) - start) / 1_000}: ${verdict.because}`
      : `${verdict.ok ? "ok" : "failed"}: ${verdict.message}`;
  expect(words).toBe(says);
});

test("without a timeout it waits for as long as it takes", () => {
  expect(judgeJobs([on("a", "Running")], undefined, after(1_000_000))).toMatchObject({ kind: "Wait", until: undefined });
});

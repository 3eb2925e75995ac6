import { expect, test } from "vitest";
import { blockedBy, type Peer } from "./blocked.ts";

const peer = (over: Partial<Peer> = {}): Peer => ({ dependsOn: [], sync: "Synced", health: "Healthy", ...over });

test.each([
  { name: "nothing", dependsOn: [], peers: {}, want: undefined },
  { name: "what is there", dependsOn: ["db"], peers: { db: peer() }, want: undefined },
  {
    name: "what is not assigned here",
    dependsOn: ["db"],
    peers: {},
    want: "it depends on application db, which is not assigned to this cluster",
  },
  {
    name: "what is not healthy",
    dependsOn: ["db"],
    peers: { db: peer({ health: "Progressing" }) },
    want: "it waits for application db, which is Synced and Progressing",
  },
  {
    name: "itself, round a circle",
    dependsOn: ["db"],
    peers: { db: peer({ dependsOn: ["net"] }), net: peer({ dependsOn: ["web"] }) },
    want: "applications depend on each other in a circle: web → db → net → web",
  },
  {
    name: "others that go round in a circle without it",
    dependsOn: ["db"],
    peers: { db: peer({ dependsOn: ["net"], sync: "OutOfSync" }), net: peer({ dependsOn: ["db"] }) },
    want: "it waits for application db, which is OutOfSync and Healthy",
  },
])("an application that depends on $name", ({ dependsOn, peers, want }) =>
  expect(blockedBy("web", dependsOn, new Map(Object.entries(peers)))).toBe(want),
);

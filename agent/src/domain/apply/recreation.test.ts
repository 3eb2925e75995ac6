import type { JsonObject } from "@drover/kit";
import { expect, test } from "vitest";
import type { Manifest } from "../manifest.ts";
import { judgeRecreation } from "./recreation.ts";

const object = (apiVersion: string, kind: string, spec: JsonObject = {}, owner = "shop.abcdefgh"): Manifest => ({
  apiVersion,
  kind,
  metadata: { name: "a", labels: { "drover.dev/owner": owner } },
  spec,
});
const withClaims = (whenDeleted: string): JsonObject => ({ persistentVolumeClaimRetentionPolicy: { whenDeleted } });

test.each([
  { name: "a Deployment", of: object("apps/v1", "Deployment"), want: "allowed" },
  { name: "a Job", of: object("batch/v1", "Job"), want: "allowed" },
  { name: "a StatefulSet whose claims stay", of: object("apps/v1", "StatefulSet", withClaims("Retain")), want: "allowed" },
  { name: "a StatefulSet whose claims go", of: object("apps/v1", "StatefulSet", withClaims("Delete")), want: "never" },
  { name: "a volume claim", of: object("v1", "PersistentVolumeClaim"), want: "never" },
  { name: "a volume", of: object("v1", "PersistentVolume"), want: "never" },
  { name: "a namespace", of: object("v1", "Namespace"), want: "never" },
  { name: "a definition", of: object("apiextensions.k8s.io/v1", "CustomResourceDefinition"), want: "never" },
  { name: "somebody's own kind of that name", of: object("example.com/v1", "Namespace"), want: "allowed" },
  { name: "another application's object", of: object("apps/v1", "Deployment", {}, "web.abcdefgh"), want: "never" },
])("recreation of $name: $want", ({ of, want }) => expect(judgeRecreation(of, "shop.abcdefgh").kind).toBe(want));

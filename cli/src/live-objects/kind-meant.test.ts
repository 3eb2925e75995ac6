import { expect, test } from "vitest";
import { kindMeant } from "./kind-meant.ts";

test.each([
  ["Deployment", "deployment"],
  ["deployments", "deployment"],
  ["po", "pod"],
  ["ingresses", "ingress"],
  ["Ingress", "ingress"],
  ["networkpolicies", "networkpolicy"],
  ["storageclasses", "storageclass"],
  ["endpoints", "endpoints"],
])("%s is %s", (word, kind) => expect(kindMeant(word)).toBe(kind));

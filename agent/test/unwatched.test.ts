import { DroverError } from "@drover/kit";
import type { ApplicationStatus } from "@drover/proto/wire";
import { expect, onTestFinished, test } from "vitest";
import type { Kube } from "../src/app/kube.ts";
import { assignment, configMap, configMapRef, createTestFleet, eventually, reported } from "./support/fleet.ts";

/** A user who may write ConfigMaps, and may not list them until somebody grants it. */
function unlistable(kube: Kube, isGranted: () => boolean): Kube {
  return {
    ...kube,
    list: async (resource, options, signal) => {
      if (resource.kind !== "ConfigMap" || isGranted()) return kube.list(resource, options, signal);
      throw new DroverError("forbidden", "KUBE_FORBIDDEN", "list configmaps: forbidden");
    },
    as: (user) => unlistable(kube.as(user), isGranted),
    fenced: (check) => unlistable(kube.fenced(check), isGranted),
  };
}

test("what cannot be watched is not called Synced, and is once it can be", async () => {
  const fleet = createTestFleet();
  onTestFinished(() => fleet.stop());
  let isGranted = false;
  await fleet.startAgent(unlistable(fleet.cluster.kube, () => isGranted));
  fleet.controlPlane.assign(assignment(fleet.controlPlane.bundle([configMap("settings")])));
  const status = (): ApplicationStatus | undefined => fleet.controlPlane.status("shop");
  const told = await eventually("it says so", () => (status()?.reason === "Forbidden" ? status() : undefined));
  expect(told).toMatchObject({
    sync: "OutOfSync",
    failing: [{ kind: "ConfigMap", name: "settings", message: "list configmaps: forbidden" }],
  });
  expect(await fleet.cluster.admin.get(configMapRef("settings"))).toBeDefined();
  isGranted = true;
  await reported(fleet, "Synced", "Healthy");
}, 20_000);

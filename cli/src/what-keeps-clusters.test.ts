import type { WhyLink } from "@drover/proto/rest";
import { expect, test } from "vitest";
import { causesOf } from "./what-keeps-clusters.ts";

const link = (subject: string, message: string, parent?: number): WhyLink => ({
  kind: "Any",
  subject,
  message,
  numbers: {},
  ...(parent === undefined ? {} : { parent }),
});

test("what stands below a cluster keeps it; a hold and the cluster by itself say nothing of it", () => {
  const object = "Deployment default/web in cluster eu-1, container server: ErrImagePull";
  expect(
    causesOf([
      link("rollouts/r1", "wave one: 1 of at most 1 in flight"),
      link("clusters/eu-1", "cluster eu-1 is Degraded since now", 0),
      link("clusters/eu-1/Deployment/default/web", object, 1),
      link("clusters/eu-2", "cluster eu-2 has not reported it yet"),
    ]),
  ).toEqual([object]);
});

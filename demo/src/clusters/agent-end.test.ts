import { expect, test } from "vitest";
import { agentEnded } from "./agent-end.ts";

const log = (fields: object): string => JSON.stringify({ level: "error", time: "2026-11-22T00:00:00Z", msg: "could not start", ...fields });

test("a person reads what the agent's log says, and the command that helps", () => {
  const err = { code: "ENROLMENT_CLUSTER_UID", message: "enrol: lab-1 is another Kubernetes cluster", stack: "Error: enrol\n    at x" };
  const lastWords = `last lines of the agent's log /tmp/a.log:\n${log({ err })}`;
  const { message } = agentEnded({ cluster: "lab-1", how: "exited with status 1", lastWords });
  expect(message).toContain("the agent of lab-1 ended: enrol: lab-1 is another Kubernetes cluster (ENROLMENT_CLUSTER_UID)");
  expect(message).toContain("drover cluster revoke lab-1 -m REASON");
  expect(message).not.toMatch(/stack|[{}]/);
});

test.each(["", "Killed", log({}), '{"level":"error"', "null"])("what says nothing is shown as it is: %s", (lastWords) => {
  const { message } = agentEnded({ cluster: "lab-1", how: "ended by SIGKILL", lastWords });
  expect(message).toBe(`the agent of lab-1 ended: ended by SIGKILL; ${lastWords}`);
});

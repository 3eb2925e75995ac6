import { type Agent, type AgentDeps, startAgent } from "@drover/agent";
import type { RealKube } from "../../agent/src/adapters/kube/kube.ts";
import { Lifeline } from "./lifeline.ts";

/** An agent that runs in this process, and can die in it. */
export interface AgentProcess {
  /** Rejects when it is killed before. */
  readonly started: Promise<Agent>;
  /** Ends it as SIGTERM does. */
  stop(): Promise<void>;
  /** As a crash: nothing of it reaches the API server or the control plane any more, not even what is under way. */
  kill(): Promise<void>;
}

/** `kube` is closed with the agent, whatever wraps it in `deps`. */
export function launchAgent(deps: AgentDeps, kube: RealKube): AgentProcess {
  const lifeline = new Lifeline();
  const { enrolment, connect } = deps;
  const started = startAgent({
    ...deps,
    enrolment: lifeline.calls(enrolment),
    connect: (credentials, handlers) => lifeline.calls(connect(credentials, lifeline.notices(handlers))),
    signal: lifeline.signal,
  });
  started.catch(() => {}); // whoever waits for it is told
  const stop = async (): Promise<void> => {
    await started.then(
      (agent) => agent.stop(),
      () => {},
    );
    await kube.close();
  };
  const kill = async (): Promise<void> => {
    lifeline.cut();
    await kube.close();
    await stop();
  };
  return { started, stop, kill };
}

import { DroverError, memberAt } from "@drover/kit";
import { namespaceOf, textOf } from "../../domain/manifest-fields.ts";
import { type Manifest, nameOf } from "../../domain/manifest.ts";
import type { LogOptions } from "../kube.ts";
import type { AnswerStream } from "./answer-stream.ts";
import type { Asked } from "./asked.ts";
import { descendants } from "./descendants.ts";
import { findInTree, type InTree, liveOf, parentOf } from "./in-tree.ts";

/** After so much silence an empty piece asks whether anybody still listens; otherwise a quiet program would hold its place for ever. */
const silenceMs = 5_000;
const maxPods = 200;

/**
 * Sends a container's log as it comes, until it ends, the question expires or nobody listens. The next piece is read from the cluster
 * when the one before has arrived: a slow listener slows the reading, and nothing is kept.
 */
export async function streamLogs(asked: Asked, stream: AnswerStream): Promise<undefined> {
  const { object, logs } = asked.query;
  if (!object || !logs) throw new DroverError("invalid", "QUERY_INVALID", "ask for logs: say of which pod or workload");
  const pod = await podOf(asked, await findInTree(asked, object));
  const stop = new AbortController();
  const signal = AbortSignal.any([asked.signal, stop.signal]);
  const { container, ...how } = logs;
  const options: LogOptions = container === undefined ? how : { ...how, container };
  const where = { namespace: namespaceOf(pod) ?? "", name: pod.metadata.name };
  const decoder = new TextDecoder();
  try {
    if (!(await stream.send(""))) return undefined;
    for await (const bytes of withSilence(asked.application.access.kube.logs(where, options, signal), signal)) {
      const text = bytes === "silence" ? "" : decoder.decode(bytes, { stream: true });
      if ((text !== "" || bytes === "silence") && !(await stream.send(text))) return undefined;
    }
    await stream.finish(decoder.decode());
    return undefined;
  } finally {
    stop.abort();
  }
}

/** The pod itself, or of a workload the pod that says most: one that runs, the youngest of those. */
async function podOf(asked: Asked, found: InTree): Promise<Manifest> {
  const parent = parentOf(found);
  if (parent.id.group === "" && parent.id.kind === "Pod") return liveOf(asked, found);
  const { grown, forbidden } = await descendants(asked, [parent], maxPods);
  const pods = grown.map(({ object }) => object).filter(({ kind }) => kind === "Pod");
  const isRunning = (pod: Manifest): boolean => memberAt(pod, "status", "phase") === "Running";
  pods.sort((a, b) => Number(isRunning(b)) - Number(isRunning(a)) || createdAt(b).localeCompare(createdAt(a)));
  if (pods[0]) return pods[0];
  if (forbidden) throw forbidden;
  throw new DroverError("not-found", "OBJECT_WITHOUT_LOGS", `read the log of ${nameOf(parent.id)}: there is no pod of it`);
}

const createdAt = (pod: Manifest): string => textOf(pod.metadata["creationTimestamp"]);

async function* withSilence(source: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<Buffer | "silence"> {
  const iterator = source[Symbol.asyncIterator]();
  let next = iterator.next();
  next.catch(() => {}); // awaited below, unless nobody listens any more
  while (!signal.aborted) {
    const result = await soon(next);
    if (result === "silence") {
      yield "silence";
      continue;
    }
    if (result.done === true) return;
    yield result.value;
    next = iterator.next();
    next.catch(() => {});
  }
}

/** A timer that does not outlive the wait. */
async function soon<T>(promise: Promise<T>): Promise<T | "silence"> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<"silence">((resolve) => void (timer = setTimeout(resolve, silenceMs, "silence")));
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}

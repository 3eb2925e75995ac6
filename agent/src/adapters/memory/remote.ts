import { canonicalJson, DroverError, type ErrorKind, type Json, type JsonObject, member, parseJson } from "@drover/kit";
import { lines } from "@drover/kit/node";
import { Agent, type Dispatcher } from "undici";
import type { Discovered, Kube, KubeObject, ObjectList, WatchEvent } from "../../app/kube.ts";
import { withFence } from "./fence.ts";
import type { Person } from "./person.ts";
import { type Calls, maxMessageLength, type WatchCall } from "./protocol.ts";

export interface RemoteOptions {
  /** Of a host started by `startMemoryHost`. */
  readonly socketPath: string;
  readonly cluster: string;
}

export interface RemoteKube extends Kube {
  close(): Promise<void>;
}

export interface MemoryAdmin extends Person {
  /** Makes every watch and list from before answer KUBE_GONE. */
  compact(): Promise<void>;
  close(): Promise<void>;
}

/** The agent's port to an in-memory cluster in another process. */
export function createRemoteKube(options: RemoteOptions): RemoteKube {
  const host = connect(options);
  const port: RemoteKube = {
    discover: (signal) => host.call<Discovered>("discover", [], signal),
    apply: (ref, object, how, signal) => host.call<KubeObject>("apply", [ref, object, how], signal),
    create: (ref, object, signal) => host.call<KubeObject>("create", [ref, object], signal),
    replace: (ref, object, signal, how = {}) => host.call<KubeObject>("replace", [ref, object, how], signal),
    replaceManagedFields: (ref, fields, version, signal) => host.call<KubeObject>("replaceManagedFields", [ref, fields, version], signal),
    get: async (ref, signal) => (await host.call<KubeObject | null>("get", [ref], signal)) ?? undefined,
    list: (resource, view, signal) => host.call<ObjectList>("list", [resource, view], signal),
    watch: (resource, view, version, signal) => host.watch([resource, view, version], signal),
    delete: async (ref, precondition, signal) => void (await host.call("delete", [ref, precondition], signal)),
    async *logs(pod, logOptions, signal) {
      yield Buffer.from(await host.call<string>("logs", [pod, logOptions], signal));
    },
    as: () => port,
    fenced: (check) => withFence(port, check),
    close: host.close,
  };
  return port;
}

/** The same cluster for people and tests. */
export function createMemoryAdmin(options: RemoteOptions): MemoryAdmin {
  const host = connect(options);
  const { signal } = new AbortController();
  return {
    get: async (ref) => (await host.call<KubeObject | null>("get", [ref], signal)) ?? undefined,
    list: (resource, view = {}) => host.call<readonly KubeObject[]>("admin.list", [resource, view], signal),
    applyAs: (manager, ref, object) => host.call<KubeObject>("admin.applyAs", [manager, ref, object], signal),
    create: (manager, ref, object) => host.call<KubeObject>("admin.create", [manager, ref, object], signal),
    replace: (manager, ref, object) => host.call<KubeObject>("admin.replace", [manager, ref, object], signal),
    merge: (manager, ref, patch, part = "object") => host.call<KubeObject>("admin.merge", [manager, ref, patch, part], signal),
    delete: async (ref) => void (await host.call("admin.delete", [ref], signal)),
    compact: async () => void (await host.call("admin.compact", [], signal)),
    close: host.close,
  };
}

const callDeadlineMs = 30_000;

interface Host {
  call<Result = unknown>(call: keyof Calls, args: Calls[keyof Calls], signal: AbortSignal): Promise<Result>;
  watch(args: WatchCall, signal: AbortSignal): AsyncIterable<WatchEvent>;
  close(): Promise<void>;
}

function connect({ socketPath, cluster }: RemoteOptions): Host {
  // A watch holds its connection for as long as it runs, hence no bound on connections; a bookmark a minute keeps it alive.
  const agent = new Agent({ connect: { socketPath }, headersTimeout: callDeadlineMs, bodyTimeout: 10 * 60_000 });
  const post = async (call: string, args: readonly unknown[], signal: AbortSignal): Promise<Dispatcher.ResponseData> => {
    const path = `/${encodeURIComponent(cluster)}/${call}`;
    const response = await agent.request({ origin: "http://memory-host", path, method: "POST", body: canonicalJson(args), signal });
    if (response.statusCode === 200) return response;
    throw failed(parseJson(await response.body.text()));
  };
  return {
    call: async <Result>(call: keyof Calls, args: Calls[keyof Calls], signal: AbortSignal): Promise<Result> => {
      const deadline = AbortSignal.timeout(callDeadlineMs);
      try {
        const response = await post(call, args, AbortSignal.any([signal, deadline]));
        return parseJson(await response.body.text()) as Result;
      } catch (cause) {
        throw translate(call, cause, signal, deadline);
      }
    },
    async *watch(args, signal) {
      try {
        const response = await post("watch", args, signal);
        for await (const line of lines(response.body, maxMessageLength)) yield eventOf(parseJson(line));
      } catch (cause) {
        if (signal.aborted) return;
        throw translate("watch", cause, signal);
      }
    },
    close: () => agent.destroy(),
  };
}

function eventOf(line: Json): WatchEvent {
  const failure = member(line, "failure");
  if (failure !== undefined) throw failed(failure);
  return line as unknown as WatchEvent;
}

/** The host's error, as it was thrown there. */
const failed = (failure: Json): DroverError =>
  new DroverError(member(failure, "kind") as ErrorKind, String(member(failure, "code")), String(member(failure, "message")), {
    details: (member(failure, "details") ?? {}) as JsonObject,
  });

function translate(call: string, cause: unknown, signal: AbortSignal, deadline?: AbortSignal): DroverError {
  if (cause instanceof DroverError) return cause;
  if (signal.aborted) return new DroverError("cancelled", "KUBE_CANCELLED", `${call}: cancelled`, { cause });
  if (deadline?.aborted === true)
    return new DroverError("timeout", "KUBE_TIMEOUT", `${call}: no answer from the in-memory cluster within 30 s`, { cause });
  return new DroverError("unavailable", "KUBE_UNAVAILABLE", `${call}: the host of the in-memory clusters does not answer; is it running?`, {
    cause,
  });
}

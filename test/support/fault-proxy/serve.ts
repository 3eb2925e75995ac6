import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { refuse, truncatedList, withStaleGroup } from "./answers.ts";
import type { AnswerFault, Fault, InsteadFault } from "./fault.ts";
import { passWatch } from "./pass-watch.ts";
import type { Recording } from "./recorded.ts";
import type { Rules } from "./rules.ts";
import type { Upstream } from "./upstream.ts";

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly recording: Recording;
  readonly rules: Rules;
  readonly upstream: Upstream;
}

/** Answers one request, or does not, as the rules say. */
export async function serve(exchange: Exchange): Promise<void> {
  const body = await buffer(exchange.request);
  const fault = exchange.rules.forRequest(exchange.recording)?.fault;
  exchange.recording.fault = fault?.kind;
  if (fault === undefined) return pass(exchange, body);
  if (isInstead(fault)) return answerInstead(exchange, fault);
  if (isInAnswer(fault)) return spoil(exchange, body, fault);
  if (fault.kind === "delay") await delay(fault.ms);
  return pass(exchange, body);
}

const isOneOf = <K extends Fault["kind"]>(kinds: Readonly<Record<K, true>>) => {
  const names: ReadonlySet<string> = new Set(Object.keys(kinds));
  return (fault: Fault): fault is Extract<Fault, { kind: K }> => names.has(fault.kind);
};
const isInstead = isOneOf<InsteadFault["kind"]>({ status: true, hang: true, refuse: true, "silent-watch": true, "crash-before": true });
const isInAnswer = isOneOf<AnswerFault["kind"]>({
  cut: true,
  "truncate-list": true,
  "stale-list": true,
  "partial-discovery": true,
  "crash-after": true,
});

async function answerInstead({ response, recording }: Exchange, fault: InsteadFault): Promise<void> {
  switch (fault.kind) {
    case "status":
      recording.status = fault.status;
      return refuse(response, fault);
    case "silent-watch":
      recording.status = 200;
      response.writeHead(200, { "content-type": "application/json" });
      return response.flushHeaders();
    case "crash-before":
      await fault.crash();
      response.destroy();
      return undefined;
    case "refuse":
      response.destroy();
      return undefined;
    case "hang":
      return undefined;
  }
}

async function pass(exchange: Exchange, body: Buffer): Promise<void> {
  const answer = await ask(exchange, body);
  if (isOpenWatch(exchange, answer)) return passWatch({ ...exchange, answer, response: begin(exchange, answer) });
  // As it comes: the log of a container may go on for ever.
  return pipeline(answer, begin(exchange, answer));
}

async function ask({ request, response, recording, upstream }: Exchange, body: Buffer): Promise<IncomingMessage> {
  const answer = await upstream.send(recording, request.headers, body);
  response.once("close", () => answer.destroy());
  return answer;
}

const isOpenWatch = ({ recording }: Exchange, { statusCode }: IncomingMessage): boolean => recording.verb === "watch" && statusCode === 200;

/** Headers of one connection are not passed on, and the body may get another length. */
const connectionHeaders = ["transfer-encoding", "content-length", "connection", "keep-alive"];

function begin({ response, recording }: Exchange, { statusCode = 502, headers }: IncomingMessage): ServerResponse {
  recording.status = statusCode;
  const kept = Object.entries(headers).filter(([name]) => !connectionHeaders.includes(name));
  response.writeHead(statusCode, Object.fromEntries(kept));
  response.flushHeaders();
  return response;
}

const firstLists = new WeakMap<AnswerFault, Buffer>();

async function spoil(exchange: Exchange, body: Buffer, fault: AnswerFault): Promise<void> {
  const { response } = exchange;
  if (fault.kind === "partial-discovery" && fault.style === "503") return passUnaggregated(exchange, body, fault.group);
  const answer = await ask(exchange, body);
  if (isOpenWatch(exchange, answer)) {
    const cut = fault.kind === "cut" ? { cutAfterBytes: fault.afterBytes } : {};
    return passWatch({ ...exchange, answer, response: begin(exchange, answer), ...cut });
  }
  const said = await buffer(answer);
  const end = (spoiled: Buffer): void => void begin(exchange, answer).end(spoiled);
  switch (fault.kind) {
    case "crash-after":
      await fault.crash();
      response.destroy();
      return undefined;
    case "cut":
      begin(exchange, answer).write(said.subarray(0, fault.afterBytes), () => response.destroy());
      return undefined;
    case "stale-list":
      if (!firstLists.has(fault)) firstLists.set(fault, said);
      return end(firstLists.get(fault) ?? said);
    case "truncate-list":
      return end(truncatedList(said, fault.items));
    case "partial-discovery":
      return end(withStaleGroup(said, fault.group));
  }
}

/** As a server that knows no aggregated discovery, one group of which is down. */
async function passUnaggregated(exchange: Exchange, body: Buffer, group: string): Promise<void> {
  const { request, recording } = exchange;
  if (recording.verb === "discover" && recording.group === group) return answerInstead(exchange, { kind: "status", status: 503 });
  request.headers.accept = "application/json";
  return pass(exchange, body);
}

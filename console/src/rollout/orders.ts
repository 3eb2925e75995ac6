import { plural } from "@drover/kit";
import type { Rollout } from "@drover/proto/rest";
import { doneOf } from "../words/rollout-words.ts";

/** What a person can order a rollout to do. A rollback is a promotion of its own and not among them. */
export const orders = ["pause", "resume", "retry", "abort"] as const;
export type Order = (typeof orders)[number];

type Standing = Pick<Rollout, "phase" | "targets" | "release" | "strategy" | "acceptedFailures">;

const underWay: ReadonlySet<Rollout["phase"]> = new Set(["Pending", "Running", "Paused", "Halted"]);

/** Nothing can become of a rollout that has ended. */
export const isUnderWay = ({ phase }: Pick<Rollout, "phase">): boolean => underWay.has(phase) || phase === "RollingBack";

/** Why an order makes no sense as the rollout stands; undefined when it does. `newest` is the newest rollout of its place, once that is known. */
export function whyNotNow(
  order: Order,
  { id, phase, targets }: Pick<Rollout, "id" | "phase" | "targets">,
  newest?: string,
): string | undefined {
  switch (order) {
    case "pause":
      return phase === "Running" || phase === "Pending" ? undefined : `it is ${phase}: nothing leaves that could be paused`;
    case "resume":
      return phase === "Paused" || phase === "Halted" ? undefined : `it is ${phase}: only a paused or halted rollout can be resumed`;
    case "retry":
      if (phase === "Aborted") return newest === undefined || newest === id ? undefined : "another rollout has begun there since";
      if (!underWay.has(phase)) return `it is ${phase}: nothing of it can be tried again`;
      return targets.Failed > 0 ? undefined : "no cluster has failed";
    case "abort":
      return isUnderWay({ phase }) ? undefined : `it is ${phase}: it has ended already`;
  }
}

/** What will happen, cluster by cluster, before anybody confirms it. */
export function consequences(order: Order, { phase, targets, release }: Standing): readonly string[] {
  const { InFlight, Waiting, Offline, Failed } = targets;
  const done = doneOf(targets);
  const rest = Waiting + Offline;
  switch (order) {
    case "pause":
      return [
        `${plural(done, "cluster")} ${stay(done)} on ${release}.`,
        `${plural(InFlight, "cluster")} under way ${finish(InFlight)}.`,
        `${plural(rest, "cluster")} ${wait(rest)} on what ${it(rest)} had, until somebody resumes.`,
      ];
    case "resume":
      return [
        `${plural(rest, "cluster")} that ${wait(rest)} ${go(rest)} to ${release}, wave by wave, as gates, windows and budgets allow.`,
      ];
    case "retry":
      if (phase === "Aborted")
        return [
          `${plural(rest, "cluster")} that ${wait(rest)} ${go(rest)} to ${release}, wave by wave, as gates, windows and budgets allow.`,
          `${plural(InFlight + Failed, "cluster")} that failed or had not finished ${get(InFlight + Failed)} ${release} once more.`,
          "The rollout goes on where it stopped. Clusters that joined meanwhile join it.",
        ];
      return [
        `${plural(Failed, "cluster")} that failed ${get(Failed)} ${release} once more.`,
        "The rollout goes on when few enough failures are left.",
      ];
    case "abort":
      return [
        `${plural(done + InFlight + Failed, "cluster")} ${stay(done + InFlight + Failed)} on ${release}${Failed > 0 ? `, ${Failed} of them failed` : ""}.`,
        `${plural(rest, "cluster")} ${keep(rest)} what ${it(rest)} had.`,
        "The rollout ends. Nothing more leaves, and nothing goes back by itself.",
      ];
  }
}

const one = (count: number, singular: string, more: string): string => (count === 1 ? singular : more);
const stay = (count: number): string => one(count, "stays", "stay");
const finish = (count: number): string => one(count, "finishes", "finish");
const wait = (count: number): string => one(count, "waits", "wait");
const keep = (count: number): string => one(count, "keeps", "keep");
const go = (count: number): string => one(count, "goes", "go");
const get = (count: number): string => one(count, "gets", "get");
const it = (count: number): string => one(count, "it", "they");

/** How many failures have to be accepted for a halted rollout to go on, as far as its strategy tells in numbers. */
export function failuresToAccept({ phase, targets, strategy, acceptedFailures }: Standing): number | undefined {
  if (phase !== "Halted") return undefined;
  const allowed = strategy["maxFailures"];
  const tolerated = acceptedFailures + (typeof allowed === "number" ? allowed : 0);
  return Math.max(1, targets.Failed - tolerated);
}

import { createHmac, randomBytes } from "node:crypto";
import { canonicalJson, DroverError, type Json, later, parseClusterId, toDroverError } from "@drover/kit";
import type { Clock, Log } from "@drover/kit/node";
import { type Dsse, openQuery, type Query, queryLimits } from "@drover/proto/wire";
import { createMask, type Mask } from "../../domain/masking/mask.ts";
import { cut } from "../../domain/status/cut.ts";
import type { ControlPlane } from "../control-plane.ts";
import { trustedKeys } from "../desired-state.ts";
import type { Engine } from "../engine/engine.ts";
import { KeyedWork } from "../engine/schedule/keyed-work.ts";
import type { Enrolled } from "../enrol.ts";
import { Admissions } from "./admission.ts";
import { AnswerStream } from "./answer-stream.ts";
import { answerTo } from "./answers.ts";
import type { Asked } from "./asked.ts";
import { secretsOf } from "./secrets.ts";

interface Deps {
  readonly engine: Pick<Engine, "about" | "rerun">;
  readonly controlPlane: ControlPlane;
  readonly clusterUid: string;
  readonly current: () => Enrolled;
  readonly clock: Clock;
  readonly log: Log;
}

/** How far our clock and the control plane's may be apart, as much as Kerberos grants. A query is answered for its own lifetime, by our clock alone. */
const clockToleranceMs = 5 * 60_000;
/** Of all questions together; healing has eight of its own. */
const requestsAtOnce = 4;
const maxErrorMessage = 1_024;

/** Answers what the control plane asks about this cluster. Nothing here changes an object, and nothing here waits for what does. */
export class Questions {
  readonly #deps: Deps;
  readonly #signal: AbortSignal;
  readonly #admissions = new Admissions();
  readonly #requests = new KeyedWork(requestsAtOnce);

  constructor(deps: Deps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  /** Takes a question as it came. One that is not for us, too old or known is dropped: nobody waits for its answer. */
  received(dsse: Dsse): void {
    const { clock, log } = this.#deps;
    try {
      const query = this.#open(dsse);
      const now = clock.now();
      const admission = this.#admissions.admit(query.id, query.kind, Date.parse(query.expiresAt) + clockToleranceMs, now);
      if (admission === "replayed") log.warn({ query: query.id }, "a question that was asked before was dropped");
      else void this.#answer(query, admission === "busy");
    } catch (err) {
      log.warn({ err }, "a question was dropped");
    }
  }

  #open(dsse: Dsse): Query {
    const { clock, clusterUid, current } = this.#deps;
    const enrolled = current();
    const cluster = parseClusterId(enrolled.identity.cluster);
    return openQuery(dsse, trustedKeys(enrolled), { cluster, clusterUid, now: later(clock.now(), -clockToleranceMs) });
  }

  async #answer(query: Query, isBusy: boolean): Promise<void> {
    const { log, current, controlPlane } = this.#deps;
    const over = new AbortController();
    const signal = AbortSignal.any([this.#signal, over.signal, AbortSignal.timeout(lifetimeMs(query))]);
    const stream = new AnswerStream(query, { controlPlane, current }, this.#signal);
    try {
      if (isBusy) await stream.finish("", { error: busy });
      else await this.#answerAdmitted(query, stream, signal);
    } catch (err) {
      if (!this.#signal.aborted) log.debug({ err, query: query.id }, "nobody waits for an answer any more");
    } finally {
      over.abort();
      if (!isBusy) this.#admissions.finished(query.kind);
    }
  }

  async #answerAdmitted(query: Query, stream: AnswerStream, signal: AbortSignal): Promise<void> {
    let mask = createMask([], () => "");
    let text: string;
    try {
      const asked = this.#asked(query, signal);
      mask = await maskFor(asked);
      const answer = await answerTo(asked, stream, (within) => this.#deps.engine.rerun(query.application, within));
      if (answer === undefined) return;
      text = masked(answer, mask);
    } catch (thrown) {
      const error = toDroverError(thrown);
      this.#deps.log.info({ err: error, query: query.id, kind: query.kind }, "a question could not be answered");
      return stream.finish("", { error: { code: error.code, message: cut(mask.text(error.message), maxErrorMessage) } });
    }
    await stream.finish(text);
  }

  #asked(query: Query, signal: AbortSignal): Asked {
    const about = this.#deps.engine.about(query.application);
    if (!about)
      throw new DroverError(
        "not-found",
        "APPLICATION_NOT_HERE",
        `ask about ${query.application}: no application of this name is on the cluster`,
      );
    return { query, ...about, requests: this.#requests, signal };
  }
}

const busy = { code: "AGENT_BUSY", message: "it answers as many questions as it may at once; ask again in a moment" } as const;

const lifetimeMs = ({ issuedAt, expiresAt }: Query): number =>
  Math.max(0, Math.min(queryLimits.lifetimeMs, Date.parse(expiresAt) - Date.parse(issuedAt)));

/** The key is of this one answer: two answers cannot be compared, and a mark cannot be looked up. */
async function maskFor(asked: Asked): Promise<Mask> {
  const key = randomBytes(32);
  const mark = (value: string): string => createHmac("sha256", key).update(value).digest("hex").slice(0, 6);
  return createMask(await secretsOf(asked), mark);
}

/** The one way from an answer to the text that leaves. */
function masked(answer: Json, mask: Mask): string {
  const text = canonicalJson(mask.answer(answer));
  if (text.length <= queryLimits.answerCharacters) return text;
  throw new DroverError("exhausted", "ANSWER_TOO_LARGE", `answer: it has ${text.length} characters; ask for one object instead of all`);
}

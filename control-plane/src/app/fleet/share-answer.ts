import type { Clock } from "@drover/kit/node";

interface Asked<Answer> {
  readonly begun: number;
  readonly answer: Promise<Answer>;
  /** By more than the one for whom it was asked. */
  isShared: boolean;
}

/**
 * One answer for all who ask at about the same time: nobody gets one that was begun more than `forMs` ago, and the question is asked at most
 * once in half that time, however many they are. While they keep coming it is asked again before the answer is too old, so that none of them
 * waits. A failure is told to those who waited for it, and not kept.
 */
export function shareAnswer<Answer>(ask: () => Promise<Answer>, forMs: number, clock: Pick<Clock, "now" | "sleep">): () => Promise<Answer> {
  let shared: Asked<Answer> | undefined;
  let next: Asked<Answer> | undefined;

  const begin = (): Asked<Answer> => {
    const asked = { begun: clock.now(), answer: ask(), isShared: false };
    asked.answer.then(
      () => void renewSoon(asked),
      () => {
        if (shared === asked) shared = undefined;
        if (next === asked) next = undefined;
      },
    );
    return asked;
  };

  const renewSoon = async (asked: Asked<Answer>): Promise<void> => {
    if (next === asked) [shared, next] = [asked, undefined];
    await clock.sleep(Math.max(0, forMs / 2 - (clock.now() - asked.begun)), neverAborted);
    if (shared === asked && asked.isShared) next ??= begin();
  };

  const isFresh = ({ begun }: Asked<Answer>, now: number): boolean => now - begun < forMs && now >= begun;

  return () => {
    const now = clock.now();
    const fresh = [shared, next].find((asked) => asked !== undefined && isFresh(asked, now));
    if (fresh === undefined) return (shared = begin()).answer;
    fresh.isShared = true;
    return fresh.answer;
  };
}

const neverAborted = new AbortController().signal;

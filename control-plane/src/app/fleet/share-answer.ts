import type { Clock } from "@drover/kit/node";

/**
 * One answer for all who ask at about the same time: nobody gets one that was begun more than `forMs` ago, and the question is asked once
 * in that time, however many they are. A failure is told to those who waited for it, and not kept.
 */
export function shareAnswer<Answer>(ask: () => Promise<Answer>, forMs: number, clock: Pick<Clock, "now">): () => Promise<Answer> {
  let shared: { readonly begun: number; readonly answer: Promise<Answer> } | undefined;
  return () => {
    const now = clock.now();
    if (shared !== undefined && now - shared.begun < forMs && now >= shared.begun) return shared.answer;
    const asked = { begun: now, answer: ask() };
    shared = asked;
    asked.answer.catch(() => {
      if (shared === asked) shared = undefined;
    });
    return asked.answer;
  };
}

/** Answers whether one more may pass: `perSecond` on average, `burst` at once. `nowMs` never runs backwards. */
export function createTokenBucket(perSecond: number, burst: number, nowMs: () => number): () => boolean {
  let tokens = burst;
  let filledAt = nowMs();
  return () => {
    const now = nowMs();
    tokens = Math.min(burst, tokens + ((now - filledAt) * perSecond) / 1000);
    filledAt = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

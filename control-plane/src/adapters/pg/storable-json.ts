/**
 * JSON that PostgreSQL takes as text, whatever strangers wrote into it. NUL and halves of surrogate pairs are legal in JSON and in nothing that
 * we store; one report that holds them must not fail the whole batch it came in.
 */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (!/\\u(0000|d[89a-f])/i.test(text)) return text;
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "string" ? inner.replaceAll("\0", "\uFFFD").toWellFormed() : inner,
  );
}

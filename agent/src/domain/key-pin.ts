/** Hex or base64url SHA-256 of a public key (SubjectPublicKeyInfo), as lower-case hex. Undefined when it is neither. */
export function parsePin(text: string): string | undefined {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase();
  const bytes = /^[A-Za-z0-9_-]{43}=?$/.test(text) ? Buffer.from(text, "base64url") : undefined;
  return bytes?.length === 32 ? bytes.toString("hex") : undefined;
}

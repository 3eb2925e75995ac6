import { hash } from "node:crypto";

/** 128 bits of SHA-256: enough to tell two states of one object apart, short enough to keep for 10,000 of them. */
export const fingerprint = (text: string): string => hash("sha256", text, "base64url").slice(0, 22);

import { expect, test } from "vitest";
import { whyUnreachable } from "./why-unreachable.ts";

const coded = (code: string): Error => Object.assign(new Error(code), { code });

test.each([
  { url: "https://drover.tset", code: "ENOTFOUND", says: "drover.tset is not known to DNS" },
  { url: "https://drover.test", code: "ECONNREFUSED", says: "nothing listens there; is the server running" },
  { url: "http://drover.test:8443", code: "HPE_INVALID_CONSTANT", says: "use https://" },
  { url: "http://drover.test:8443", code: "ECONNRESET", says: "use https://" },
  { url: "https://drover.test:8080", code: "EPROTO", says: "use http://" },
  { url: "https://drover.test", code: "ECONNRESET", says: "does not answer (ECONNRESET)" },
  { url: "https://drover.test", code: "SELF_SIGNED_CERT_IN_CHAIN", says: "a CA that is not trusted here" },
  { url: "https://drover.test", code: "ERR_TLS_CERT_ALTNAME_INVALID", says: "for another name" },
])("$code of $url", ({ url, code, says }) => {
  expect(whyUnreachable(url, coded(code))).toContain(says);
  expect(whyUnreachable(url, new TypeError("fetch failed", { cause: coded(code) }))).toContain(says);
});

test("what nobody knows is at least said", () => {
  expect(whyUnreachable("nowhere", new TypeError("fetch failed"))).toBe("nowhere does not answer; is the server running?");
});

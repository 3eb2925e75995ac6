/** What to do about a server that could not be reached, as far as the error below `fetch` or node:https tells. */
export function whyUnreachable(baseUrl: string, cause: unknown): string {
  const { hostname, protocol } = partsOf(baseUrl);
  const code = codeOf(cause);
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `the name ${hostname} is not known to DNS (${code}); is it spelt right?`;
  if (code === "ECONNREFUSED") return `${baseUrl} does not answer: nothing listens there; is the server running, and the port right?`;
  if (protocol === "http:" && isNoHttp(code)) return `${baseUrl} does not answer as HTTP does (${code}); if it speaks TLS, use https://`;
  if (protocol === "https:" && isNoTls(code)) return `${baseUrl} does not speak TLS; if it is a server without it, use http://`;
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return `the certificate of ${baseUrl} is for another name; use one that it has`;
  if (code === "CERT_HAS_EXPIRED") return `the certificate of ${baseUrl} has expired; the server needs a new one`;
  if (code !== undefined && untrusted.has(code))
    return `the certificate of ${baseUrl} is of a CA that is not trusted here (${code}); name the server's own, as DROVER_CA_FILE or --ca-file do`;
  return `${baseUrl} does not answer${code === undefined ? "" : ` (${code})`}; is the server running?`;
}

const untrusted: ReadonlySet<string> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_SIGNATURE_FAILURE",
]);

/** A server of TLS answers plain HTTP with an alert, or hangs up. */
const isNoHttp = (code: string | undefined): boolean =>
  code === "ECONNRESET" || code === "UND_ERR_SOCKET" || code?.startsWith("HPE_") === true;

const isNoTls = (code: string | undefined): boolean =>
  code === "EPROTO" || code === "ERR_SSL_WRONG_VERSION_NUMBER" || code === "ERR_SSL_PACKET_LENGTH_TOO_LONG";

/** `fetch` wraps what the socket said. */
function codeOf(cause: unknown): string | undefined {
  for (let error = cause, depth = 0; error instanceof Error && depth < deepest; error = error.cause, depth += 1)
    if ("code" in error && typeof error.code === "string") return error.code;
  return undefined;
}

const deepest = 5;

const partsOf = (url: string): Pick<URL, "hostname" | "protocol"> => (URL.canParse(url) ? new URL(url) : { hostname: url, protocol: "" });

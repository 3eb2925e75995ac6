import { rootCertificates } from "node:tls";
import type { Receiver } from "@drover/proto/fleet";
import { createTransport } from "nodemailer";
import type SMTPTransport from "nodemailer/lib/smtp-transport/index.js";
import { mailOf } from "../../domain/notification/format/mail.ts";
import type { Outgoing } from "../../domain/notification/outgoing.ts";
import { oneLine } from "../../domain/notification/plain-text.ts";
import type { Sent } from "../../domain/notification/retry.ts";
import { aborting } from "../egress/aborting.ts";
import { hostOf, resolveChecked } from "../egress/resolve-checked.ts";
import type { CredentialFiles } from "./credential-files.ts";
import { missing, type ReceiverOptions } from "./receiver-options.ts";

/** `smtp:` begins in the clear and insists on STARTTLS, `smtps:` is TLS from its first byte, `smtp+insecure:` is for a relay beside us. */
interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly tls: "starttls" | "implicit" | "none";
  readonly auth: { readonly user: string; readonly pass: string } | undefined;
}

/** Of each step; the attempt as a whole has a deadline of its own. */
const stepMs = 10_000;

/** One mail to all recipients, over TLS unless the Secret says otherwise. Throws only what `signal` aborts with. */
export async function sendMail(
  egress: ReceiverOptions,
  { from = "", to = [] }: Pick<Receiver, "from" | "to">,
  files: CredentialFiles,
  outgoing: Outgoing,
  signal: AbortSignal,
): Promise<Sent> {
  const url = await files.read("smtp-url");
  if (url === undefined) return missing(files, "smtp-url", "such as smtps://user:password@smtp.example.com");
  const server = parseSmtpUrl(url.reveal());
  if (server === undefined)
    return {
      kind: "Refused",
      code: "NOTIFICATION_CREDENTIALS_INVALID",
      said: `${files.place}/smtp-url is none: write smtp://, smtps:// or smtp+insecure://, the last without a password`,
    };
  const checked = await aborting(resolveChecked(egress, server.host, server.port), signal);
  if (checked.kind === "refused")
    return { kind: "Refused", code: "NOTIFICATION_EGRESS_REFUSED", said: `${server.host}: ${checked.message}` };
  if (checked.kind === "unresolved")
    return { kind: "Failed", code: "NOTIFICATION_UNREACHABLE", said: `${server.host}: ${checked.message}` };
  const ca = await files.read("ca.crt");
  const transport = createTransport(transportOptions(server, checked.address, ca?.reveal()));
  try {
    const mail = { ...mailOf(outgoing), from, to: [...to], messageId: `<${outgoing.id}@${from.split("@")[1]}>` };
    const { accepted, rejected } = await aborting(transport.sendMail({ ...mail, headers: { ...mail.headers } }), signal);
    const refused = rejected.length === 0 ? "" : `, refused for ${rejected.map(String).join(", ")}`;
    return { kind: "Delivered", said: oneLine(`taken for ${accepted.length}${refused}`, 300) };
  } catch (error) {
    signal.throwIfAborted();
    return judgeFailure(server, error);
  } finally {
    transport.close();
  }
}

const defaultPorts = { "smtp:": 587, "smtps:": 465, "smtp+insecure:": 25 } as const;
const tlsModes = { "smtp:": "starttls", "smtps:": "implicit", "smtp+insecure:": "none" } as const;

function parseSmtpUrl(text: string): SmtpServer | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const protocol = url?.protocol ?? "";
  if (url === undefined || !(protocol in defaultPorts) || url.hostname === "") return undefined;
  const scheme = protocol as keyof typeof defaultPorts;
  const [user, pass] = [decode(url.username), decode(url.password)];
  if (user === undefined || pass === undefined || (scheme === "smtp+insecure:" && pass !== "")) return undefined;
  return {
    host: hostOf(url).toLowerCase(),
    port: Number(url.port || defaultPorts[scheme]),
    tls: tlsModes[scheme],
    auth: user === "" ? undefined : { user, pass },
  };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** To the very address that was judged; the certificate is still the host's. Nothing of a mail may name a file or a URL to read. */
const transportOptions = (server: SmtpServer, address: string, ca: string | undefined): SMTPTransport.Options => ({
  host: address,
  port: server.port,
  secure: server.tls === "implicit",
  requireTLS: server.tls === "starttls",
  ignoreTLS: server.tls === "none",
  tls: { servername: server.host, ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }) },
  ...(server.auth === undefined ? {} : { auth: server.auth }),
  connectionTimeout: stepMs,
  greetingTimeout: stepMs,
  socketTimeout: stepMs,
  disableFileAccess: true,
  disableUrlAccess: true,
});

/** 4xx passes, and so does what is wrong with the line; 5xx stays until somebody changes something. */
function judgeFailure({ host }: SmtpServer, error: unknown): Sent {
  const { responseCode, response, message } = error as {
    readonly responseCode?: number;
    readonly response?: string;
    readonly message?: string;
  };
  const said = oneLine(`${host}: ${response ?? message ?? "it does not answer"}`, 300);
  return responseCode !== undefined && responseCode >= 500
    ? { kind: "Refused", code: "NOTIFICATION_REFUSED", said }
    : { kind: "Failed", code: "NOTIFICATION_UNREACHABLE", said };
}

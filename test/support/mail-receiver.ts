import { SMTPServer } from "smtp-server";
import type { AddressInfo } from "node:net";

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly isSecure: boolean;
}

/** A mail server that asks for STARTTLS and a password, and keeps what it is given. */
export interface MailReceiver {
  readonly port: number;
  readonly received: readonly ReceivedMail[];
  /** The next mails are refused with these codes. */
  refuseNext(...codes: readonly number[]): void;
  stop(): Promise<void>;
}

export async function startMailReceiver(options: {
  readonly key: string;
  readonly cert: string;
  readonly user: string;
  readonly password: string;
}): Promise<MailReceiver> {
  const received: ReceivedMail[] = [];
  const refusals: number[] = [];
  const server = new SMTPServer({
    key: options.key,
    cert: options.cert,
    authOptional: false,
    onAuth({ username, password }, _session, done) {
      if (username === options.user && password === options.password) done(null, { user: username });
      else done(Object.assign(new Error("wrong password"), { responseCode: 535 }));
    },
    onRcptTo({ address }, _session, done) {
      if (address.startsWith("nobody@")) done(Object.assign(new Error("no such mailbox"), { responseCode: 550 }));
      else done();
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const code = refusals.shift();
        if (code !== undefined) return done(Object.assign(new Error("not now"), { responseCode: code }));
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString("utf8"),
          isSecure: session.secure,
        });
        done();
      });
    },
  });
  server.on("error", () => {}); // a client that goes away
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    refuseNext: (...codes) => void refusals.push(...codes),
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

import { randomUUID } from "node:crypto";
import { type Problem, problemMediaType } from "@drover/proto/rest";
import type { ConnectionError } from "fastify";
import type { Socket } from "node:net";

const refusals: Readonly<Record<string, readonly [status: number, phrase: string, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, "Request Header Fields Too Large", "the path, the query and the headers are longer than 16 KB together"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "Request Timeout", "the request did not come in time"],
};
const unreadable = [400, "Bad Request", "the request is no HTTP"] as const;

/** Answers what is refused before there is a request: as a problem, like everything else, and by closing the connection. */
export function refuseUnreadable({ code }: ConnectionError, socket: Socket): void {
  if (code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const [status, phrase, detail] = refusals[code] ?? unreadable;
  const problem: Problem = {
    type: "/errors/REQUEST_INVALID",
    title: "REQUEST_INVALID",
    status,
    detail,
    instance: "",
    code: "REQUEST_INVALID",
    requestId: randomUUID(),
  };
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${status} ${phrase}`,
    `Content-Type: ${problemMediaType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

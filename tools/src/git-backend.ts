import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { killedAtExit } from "./killed-at-exit.ts";

export interface GitBackendRequest {
  /** The folder that holds the repositories. */
  readonly root: string;
  /** The path below the server's address, decoded: `/web.git/info/refs`. */
  readonly path: string;
  readonly query: string;
  readonly user: string;
  /** Beyond what Git needs to run, for hooks. */
  readonly env: Readonly<Record<string, string>>;
}

/** More than Git ever sends; a program that writes more before its first blank line is not Git. */
const maxHeaderBytes = 16 * 1024;

/**
 * Answers one request through Git's own `git http-backend`, a CGI program. Resolves when the response has ended and the program is gone,
 * with whether it succeeded. The program is killed when the client goes away.
 */
export function answerWithGit(request: IncomingMessage, response: ServerResponse, details: GitBackendRequest): Promise<boolean> {
  const child = spawn("git", ["http-backend"], {
    env: { ...variables(request, details), ...details.env },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const kill = (): void => void child.kill("SIGKILL");
  killedAtExit(child);
  response.once("close", kill);
  request.pipe(child.stdin);
  // Git may answer and end before it has read the whole body.
  child.stdin.on("error", () => request.unpipe(child.stdin).resume());

  let head = Buffer.alloc(0);
  const readHead = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0 && head.length > maxHeaderBytes) return kill();
    if (end < 0) return;
    child.stdout.off("data", readHead);
    writeHead(response, head.subarray(0, end).toString("latin1"));
    response.write(head.subarray(end + 4));
    child.stdout.pipe(response);
  };
  child.stdout.on("data", readHead);

  return new Promise((resolve) => {
    child.once("error", () => finish(false));
    child.once("close", (status) => finish(status === 0));
    const finish = (succeeded: boolean): void => {
      response.off("close", kill);
      if (!response.headersSent) response.writeHead(500);
      response.end();
      resolve(succeeded);
    };
  });
}

function writeHead(response: ServerResponse, head: string): void {
  for (const line of head.split("\r\n")) {
    const colon = line.indexOf(":");
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    if (name.toLowerCase() === "status") response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
}

/** The person's own Git configuration must not change what the server does. */
const variables = (request: IncomingMessage, { root, path, query, user }: GitBackendRequest): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  HOME: root,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_PROJECT_ROOT: root,
  GIT_HTTP_EXPORT_ALL: "1",
  PATH_INFO: path,
  QUERY_STRING: query,
  REQUEST_METHOD: request.method,
  REMOTE_USER: user,
  REMOTE_ADDR: request.socket.remoteAddress,
  CONTENT_TYPE: request.headers["content-type"] ?? "",
  HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
  GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
  // Absent for a chunked body: Git then reads to its end.
  ...(request.headers["content-length"] === undefined ? {} : { CONTENT_LENGTH: request.headers["content-length"] }),
});

import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { createHash } from "node:crypto";
import { DroverError } from "@drover/kit";
import { spawnGit } from "./run-git.ts";

export interface ObjectInfo {
  readonly type: string;
  /** As declared by the object's header, known before anything is inflated. */
  readonly size: number;
}

/**
 * Reads objects through one `git cat-file --batch-command`: a child process, so that bombs of objects and of deltas burst there, and one
 * that tells sizes before contents. Close it.
 */
export interface ObjectReader extends AsyncDisposable {
  /** The id of the commit that a name means: an id, a reference, or what git makes of a short id. */
  commitOf(name: string): Promise<string | undefined>;
  info(id: string): Promise<ObjectInfo | undefined>;
  /** The content, compared with its id. Throws SOURCE_TOO_LARGE beyond `maxBytes`, SOURCE_OBJECT_MISSING, SOURCE_OBJECT_CORRUPT. */
  read(id: string, type: "blob" | "tree" | "commit", maxBytes: number): Promise<Buffer>;
  /** Whether nobody answers any more. */
  hasEnded(): boolean;
}

/** It repeats the name that it cannot find. */
const maxHeaderBytes = 512;
const deadlineMs = 60_000;

export function openObjectReader(gitDir: string, signal: AbortSignal): ObjectReader {
  const deadline = AbortSignal.timeout(deadlineMs);
  const child = spawnGit(["--git-dir", gitDir, "cat-file", "--batch-command"], {}, AbortSignal.any([signal, deadline]));
  const endedEarly = (): DroverError => {
    if (signal.aborted) return new DroverError("cancelled", "GIT_CANCELLED", "read objects: given up");
    if (deadline.aborted) return new DroverError("timeout", "GIT_TIMEOUT", `read objects: took longer than ${deadlineMs} ms`);
    return new DroverError("internal", "GIT_FAILED", "read objects: git ended early");
  };
  const answers = createAnswers(child, endedEarly);
  let hasEnded = false;
  const closed = new Promise<void>((resolve) =>
    child.once("close", () => {
      hasEnded = true;
      resolve();
    }),
  );

  const commitOf = async (name: string): Promise<string | undefined> => {
    child.stdin.write(`info ${name}^{commit}\n`);
    return /^([0-9a-f]{40}) commit \d+$/.exec(await answers.line())?.[1];
  };
  const info = async (id: string): Promise<ObjectInfo | undefined> => {
    checkId(id);
    child.stdin.write(`info ${id}\n`);
    return parseHeader(await answers.line());
  };
  const read: ObjectReader["read"] = async (id, type, maxBytes) => {
    const found = await info(id);
    if (found?.type !== type)
      throw new DroverError("internal", "SOURCE_OBJECT_MISSING", `read ${type} ${id}: the repository does not have it`);
    if (found.size > maxBytes)
      throw new DroverError("invalid", "SOURCE_TOO_LARGE", `read ${type} ${id}: it has ${found.size} bytes, ${maxBytes} are allowed`);
    child.stdin.write(`contents ${id}\n`);
    const header = parseHeader(await answers.line());
    const content = await answers.bytes(header?.size ?? 0);
    await answers.bytes(1); // the line feed after each content
    if (header?.size !== found.size || objectId(type, content) !== id)
      throw new DroverError(
        "internal",
        "SOURCE_OBJECT_CORRUPT",
        `read ${type} ${id}: its content has another id; remove the mirror to fetch it again`,
      );
    return content;
  };

  // One command at a time: answers come in the order of the questions.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  };
  return {
    commitOf: (name) => inTurn(() => commitOf(name)),
    info: (id) => inTurn(() => info(id)),
    read: (id, type, maxBytes) => inTurn(() => read(id, type, maxBytes)),
    hasEnded: () => hasEnded,
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await closed;
    },
  };
}

export const objectId = (type: string, content: Uint8Array): string =>
  createHash("sha1").update(`${type} ${content.length}\0`).update(content).digest("hex");

export const isObjectId = (text: string): boolean => /^[0-9a-f]{40}$/.test(text);

function checkId(id: string): void {
  if (!isObjectId(id)) throw new DroverError("internal", "GIT_OBJECT_ID_INVALID", "read an object: that is no object id");
}

function parseHeader(line: string): ObjectInfo | undefined {
  const [, type = "", size = ""] = line.split(" ");
  return /^\d+$/.test(size) ? { type, size: Number(size) } : undefined;
}

/** The child's output, taken piece by piece; nothing is read ahead beyond what the pipe holds. */
function createAnswers({ stdout, stdin, stderr }: ChildProcessWithoutNullStreams, endedEarly: () => DroverError) {
  const iterator = stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  stdin.on("error", () => {}); // told by the end of its output
  stderr.resume();
  let held: Buffer = Buffer.alloc(0);
  const more = async (): Promise<Buffer> => {
    const next = await iterator.next();
    if (next.done === true) throw endedEarly();
    return next.value;
  };
  return {
    async line(): Promise<string> {
      let end = held.indexOf(10);
      while (end < 0) {
        if (held.length > maxHeaderBytes) throw new DroverError("internal", "GIT_FAILED", "read objects: git gave no header");
        held = Buffer.concat([held, await more()]);
        end = held.indexOf(10);
      }
      const line = held.toString("latin1", 0, end);
      held = held.subarray(end + 1);
      return line;
    },
    async bytes(count: number): Promise<Buffer> {
      const chunks = [held];
      let size = held.length;
      while (size < count) {
        const chunk = await more();
        chunks.push(chunk);
        size += chunk.length;
      }
      const all = Buffer.concat(chunks);
      held = all.subarray(count);
      return all.subarray(0, count);
    },
  };
}

import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { inject } from "vitest";
import type { SharedAnswer, SharedName } from "./on-demand.ts";

/** Where the run's one of it is; the first who asks has it made. */
export async function shared(name: SharedName): Promise<string> {
  const socket = connect(inject("sharedSocket"));
  socket.end(name);
  const answer = JSON.parse(await text(socket)) as SharedAnswer;
  if ("failed" in answer) throw new Error(`the ${name} that all tests share was not made: ${answer.failed}`);
  return answer.place;
}

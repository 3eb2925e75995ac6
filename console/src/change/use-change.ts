import { base32, DroverError } from "@drover/kit";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { type Api, useApi } from "../api/api.ts";

export interface Change<Input> {
  readonly submit: (input: Input) => void;
  readonly isUnderWay: boolean;
  readonly error: Error | null;
  readonly forget: () => void;
}

interface ChangeOptions<Input, Answer> {
  /** `key` makes a repeated press the same request. */
  readonly send: (client: Api["client"], input: Input, key: string) => Promise<Answer>;
  readonly done: (answer: Answer) => string;
  readonly onDone?: ((answer: Answer) => void) | undefined;
}

/** One order to the server. What was done is said, and everything shown is asked anew: a change reaches further than one list. */
export function useChange<Input, Answer>({ send, done, onDone }: ChangeOptions<Input, Answer>): Change<Input> {
  const { client } = useApi();
  const queries = useQueryClient();
  // The same key only as long as nobody knows whether the order arrived.
  const key = useRef(newKey());
  const { mutate, isPending, error, reset } = useMutation({
    // The dialog shows it, where whoever ordered it looks.
    meta: { isShown: true },
    mutationFn: (input: Input) => send(client, input, key.current),
    onError: (failure) => {
      if (!(failure instanceof DroverError && failure.kind === "unavailable")) key.current = newKey();
    },
    onSuccess: (answer) => {
      key.current = newKey();
      notifications.show({ message: done(answer), color: "teal" });
      void queries.invalidateQueries();
      onDone?.(answer);
    },
  });
  return { submit: mutate, isUnderWay: isPending, error, forget: reset };
}

/** Not `randomUUID`: browsers have it on pages with TLS only. */
const newKey = (): string => base32(crypto.getRandomValues(new Uint8Array(16)));

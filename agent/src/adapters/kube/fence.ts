import type { Dispatcher } from "undici";

type Handler = Dispatcher.DispatchHandler;

/**
 * Asks `check` in the very tick in which a request goes onto its connection. Asking earlier would not do: a process that is
 * stopped for a minute between the question and the write would still write when it goes on.
 */
export const fenced =
  (check: () => void): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) =>
    dispatch(options, asking(check, handler));

/** The handler's methods are called on the handler itself: they use its private state. */
const asking = (check: () => void, handler: Handler): Handler => ({
  onRequestStart: (controller, context) => {
    check();
    handler.onRequestStart?.(controller, context);
  },
  onRequestUpgrade: (...given) => handler.onRequestUpgrade?.(...given),
  onResponseStart: (...given) => handler.onResponseStart?.(...given),
  onResponseData: (...given) => handler.onResponseData?.(...given),
  onResponseEnd: (...given) => handler.onResponseEnd?.(...given),
  onResponseError: (...given) => handler.onResponseError?.(...given),
});

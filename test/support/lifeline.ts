/** What an agent is cut off from when it is killed: from then on nothing gets through in either direction. */
export class Lifeline {
  readonly #end = new AbortController();

  get signal(): AbortSignal {
    return this.#end.signal;
  }

  cut(): void {
    this.#end.abort();
  }

  /** Calls that fail once the line is cut. */
  calls<T extends object>(target: T): T {
    return this.#until(target, () => Promise.reject(new Error("this agent was killed")));
  }

  /** Calls that nobody hears once the line is cut. */
  notices<T extends object>(target: T): T {
    return this.#until(target, () => undefined);
  }

  #until<T extends object>(target: T, afterwards: () => unknown): T {
    const { signal } = this;
    return new Proxy(target, {
      get: (object, name) => {
        const member = Reflect.get(object, name) as unknown;
        if (typeof member !== "function" || name === "close") return member;
        return (...args: unknown[]): unknown => (signal.aborted ? afterwards() : Reflect.apply(member, object, args));
      },
    });
  }
}

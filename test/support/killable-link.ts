import type { ConnectControlPlane } from "@drover/agent";

/** A way to the control plane that can be cut for good, as when the agent's process dies: nothing gets through in either direction. */
export function killableLink(connect: ConnectControlPlane): { readonly connect: ConnectControlPlane; kill(): void } {
  const life = { isOver: false };
  const silence = (): void => {};
  const refuse = (): Promise<never> => Promise.reject(new Error("this agent was killed"));
  return {
    kill: () => void (life.isOver = true),
    connect: (credentials, handlers) => untilOver(connect(credentials, untilOver(handlers, life, silence)), life, refuse),
  };
}

/** The same functions, each replaced by `afterwards` once the life is over. */
const untilOver = <T extends object>(target: T, life: { readonly isOver: boolean }, afterwards: () => unknown): T =>
  new Proxy(target, {
    get: (object, name) => {
      const member = Reflect.get(object, name) as unknown;
      if (typeof member !== "function" || name === "close") return member;
      return (...args: unknown[]): unknown => (life.isOver ? afterwards() : Reflect.apply(member, object, args));
    },
  });

/** The names of a pod's containers as its live object has them, the usual ones first. Objects come from clusters: nothing of their shape is certain. */
export function containersOf(pod: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const spec = pod?.["spec"];
  return ["containers", "initContainers", "ephemeralContainers"].flatMap((member) => namesIn(memberOf(spec, member)));
}

const memberOf = (value: unknown, member: string): unknown =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[member] : undefined;

const namesIn = (list: unknown): readonly string[] =>
  Array.isArray(list)
    ? list.flatMap((one: unknown) => {
        const name = memberOf(one, "name");
        return typeof name === "string" ? [name] : [];
      })
    : [];

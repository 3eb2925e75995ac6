import { keyOf, nameOf, type ObjectId } from "../manifest.ts";
import type { Failure } from "../status/application-status.ts";
import { circleText } from "./circle.ts";
import { Line } from "./line.ts";
import { rankCount, rankOf } from "./rank.ts";
import { candidates } from "./reference.ts";
import type { Turn } from "./turn.ts";

export interface OrderedObject {
  readonly id: ObjectId;
  readonly turn: Turn;
}

/** Objects that are applied at once. */
export type Step = readonly StepMember[];
export interface StepMember {
  readonly key: string;
  /** Keys of what has to be applied and healthy before. */
  readonly after: readonly string[];
}

export interface SyncWave {
  readonly wave: number;
  readonly steps: readonly Step[];
  /** All objects of the wave, those that cannot be applied included. */
  readonly keys: readonly string[];
}

export interface SyncOrder {
  /** Lowest first. */
  readonly waves: readonly SyncWave[];
  /** Objects that have no place in any order, and why. */
  readonly refused: ReadonlyMap<string, Failure>;
}

/**
 * Puts a bundle's objects in order: by wave, then by what they depend on, then by the rank of their kind. An object whose
 * annotations cannot be obeyed is refused by itself; what depends on it waits.
 */
export function orderObjects(objects: readonly OrderedObject[]): SyncOrder {
  const byKey = new Map(objects.map((object) => [keyOf(object.id), object]));
  const refused = new Map<string, Failure>();
  const after = new Map<string, readonly string[]>();
  for (const [key, object] of byKey) {
    const resolved = resolve(object, byKey);
    if ("reason" in resolved) refused.set(key, resolved);
    else if (resolved.keys.length > 0) after.set(key, resolved.keys);
  }
  const byWave = Map.groupBy(byKey.keys(), (key) => byKey.get(key)!.turn.wave);
  const waves = [...byWave.keys()]
    .sort((a, b) => a - b)
    .map((wave) => {
      const keys = byWave.get(wave)!;
      return { wave, keys, steps: stepsOf(keys, byKey, after, refused) };
    });
  return { waves, refused };
}

function resolve({ id, turn }: OrderedObject, byKey: ReadonlyMap<string, OrderedObject>): { readonly keys: readonly string[] } | Failure {
  if (turn.problem) return turn.problem;
  const keys = new Set<string>();
  for (const reference of turn.dependsOn) {
    const key = candidates(reference, id)
      .map(keyOf)
      .find((candidate) => byKey.has(candidate));
    if (key === undefined)
      return failure("DependencyMissing", `it depends on ${nameOf(reference)}, which is no object of this application`);
    const { wave } = byKey.get(key)!.turn;
    if (wave > turn.wave)
      return failure("DependencyInLaterWave", `it is in wave ${turn.wave} and depends on ${nameOf(reference)}, which is in wave ${wave}`);
    keys.add(key);
  }
  return { keys: [...keys] };
}

/** One for all. */
const none: readonly string[] = [];

const failure = (reason: string, message: string): Failure => ({ reason, message });

/** Circles are refused where they block; what depends on them has its place all the same, and waits there. */
function stepsOf(
  keys: readonly string[],
  byKey: ReadonlyMap<string, OrderedObject>,
  after: ReadonlyMap<string, readonly string[]>,
  refused: Map<string, Failure>,
): readonly Step[] {
  const inLine = new Set(keys.filter((key) => !refused.has(key)));
  const waiters = Array.from(inLine, (key) => ({
    key,
    rank: rankOf(byKey.get(key)!.id),
    after: (after.get(key) ?? none).filter((other) => inLine.has(other)),
  }));
  const line = new Line(waiters, rankCount);
  const steps: Step[] = [];
  for (;;) {
    const next = line.takeReady();
    if (next.length > 0) {
      steps.push(next.map((key) => ({ key, after: after.get(key) ?? none })));
      continue;
    }
    const circle = line.takeCircle();
    if (!circle) return steps;
    const because = failure("DependencyCircle", circleText(circle.map((key) => nameOf(byKey.get(key)!.id))));
    for (const key of circle) refused.set(key, because);
  }
}

/** One cluster of the demo's fleet, before it exists. */
export interface ClusterPlan {
  readonly name: string;
  readonly environment: "staging" | "production";
  /** Of production's strategy. Staging has no named waves. */
  readonly wave: Wave | undefined;
  readonly kind: "memory" | "kubernetes";
  /** What environments and waves select by. */
  readonly labels: Readonly<Record<string, string>>;
}

export const waves = ["canary", "early", "rest"] as const;
export type Wave = (typeof waves)[number];

/**
 * Two clusters in staging, one when there are fewer than four in all; the others in production: one canary, a third of the remaining ones
 * early, then the rest. Real clusters are dealt to staging and production in turns, so that two of them are one of each.
 */
export function planFleet(clusters: number, kubernetes: number): readonly ClusterPlan[] {
  const inStaging = clusters < 4 ? 1 : 2;
  const inProduction = clusters - inStaging;
  const places = [
    ...Array.from({ length: inStaging }, (_, index) => ({
      name: `staging-${index + 1}`,
      environment: "staging" as const,
      wave: undefined,
    })),
    ...Array.from({ length: inProduction }, (_, index) => ({
      name: `production-${index + 1}`,
      environment: "production" as const,
      wave: waveOf(index, inProduction),
    })),
  ];
  const real = new Set(inTurns(places).slice(0, kubernetes));
  return places.map((place) => ({
    ...place,
    kind: real.has(place) ? "kubernetes" : "memory",
    labels: { environment: place.environment, ...(place.wave === undefined ? {} : { wave: place.wave }) },
  }));
}

function waveOf(index: number, inProduction: number): Wave {
  if (index === 0) return "canary";
  return index <= Math.max(1, Math.floor((inProduction - 1) / 3)) ? "early" : "rest";
}

function inTurns<Place extends { readonly environment: string }>(places: readonly Place[]): readonly Place[] {
  const staging = places.filter(({ environment }) => environment === "staging");
  const production = places.filter(({ environment }) => environment === "production");
  const longer = Math.max(staging.length, production.length);
  return Array.from({ length: longer }, (_, index) => [staging[index], production[index]])
    .flat()
    .filter((place) => place !== undefined);
}

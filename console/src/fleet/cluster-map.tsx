import type { Cluster } from "@drover/proto/rest";
import { Anchor, Card, Group, Text, useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { Link, useNavigate } from "@tanstack/react-router";
import { type MouseEvent, useEffect, useMemo, useRef, useState } from "react";
import { sortClusters } from "../clusters/arrange.ts";
import { standingOf, tally } from "../words/standing.ts";
import { drawMap } from "./draw-map.ts";
import classes from "./fleet.module.css";
import { layOutMap, squareAt } from "./map-layout.ts";
import { StandingWords } from "./standing-bar.tsx";

/** Ten thousand clusters on one picture. It says in words what it shows; the list of clusters is its other form. */
export function ClusterMap({ clusters, cut }: { readonly clusters: readonly Cluster[]; readonly cut: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { ref, width } = useElementSize();
  const scheme = useComputedColorScheme("light");
  const navigate = useNavigate();
  const [under, setUnder] = useState<Cluster>();
  const byName = useMemo(() => sortClusters(clusters, "name"), [clusters]);
  const layout = layOutMap(clusters.length, Math.max(1, width));
  useEffect(() => {
    if (canvas.current !== null && width > 0) drawMap(canvas.current, byName, layout, width);
  }, [byName, layout.pitch, layout.columns, width, scheme]);

  const clusterUnder = ({ clientX, clientY }: MouseEvent): Cluster | undefined => {
    const box = canvas.current?.getBoundingClientRect();
    if (box === undefined) return undefined;
    const index = squareAt(layout, byName.length, clientX - box.left, clientY - box.top);
    return index === undefined ? undefined : byName[index];
  };
  const open = (event: MouseEvent): void => {
    const cluster = clusterUnder(event);
    if (cluster !== undefined) void navigate({ to: "/clusters/$cluster", params: { cluster: cluster.name } });
  };
  const counts = useMemo(() => tally(clusters), [clusters]);
  const words = counts.map(([standing, count]) => `${count} ${standing}`).join(", ");
  return (
    <Card withBorder>
      <div ref={ref} style={{ height: layout.height }}>
        <canvas
          ref={canvas}
          role="img"
          aria-label={`A square for each of ${clusters.length} clusters: ${words}`}
          className={classes["map"]}
          style={{ height: layout.height }}
          onMouseMove={(event) => setUnder(clusterUnder(event))}
          onMouseLeave={() => setUnder(undefined)}
          onClick={open}
        />
      </div>
      {cut && (
        <Text size="xs" mt="sm">
          The first {clusters.length.toLocaleString()} clusters; the fleet has more. The figures above count all of them.
        </Text>
      )}
      <Group justify="space-between" mt="sm" wrap="nowrap" align="flex-start">
        <StandingWords counts={counts} />
        <Text size="xs" ta="right" className={classes["under"]}>
          {under === undefined ? (
            <Anchor component={Link} to="/clusters" size="xs">
              As a list
            </Anchor>
          ) : (
            `${under.name}: ${standingOf(under)}`
          )}
        </Text>
      </Group>
    </Card>
  );
}

import type { Cluster } from "@drover/proto/rest";
import { type Standing, standingColor, standingOf } from "../words/standing.ts";
import type { MapLayout } from "./map-layout.ts";

/** Squares this small show their colour alone; the words below the map count every state. */
const smallestWithMark = 9;

/** One square for each cluster. What is not well also differs in shape: a cross, a hollow square, a half. */
export function drawMap(canvas: HTMLCanvasElement, clusters: readonly Cluster[], layout: MapLayout, width: number): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const scale = devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(layout.height * scale);
  context.scale(scale, scale);
  const style = getComputedStyle(canvas);
  const colors = new Map<Standing, string>();
  const colorOf = (standing: Standing): string => {
    const known = colors.get(standing) ?? style.getPropertyValue(`--drover-fill-${standingColor[standing]}`);
    colors.set(standing, known);
    return known;
  };
  const ground = style.getPropertyValue("--mantine-color-body");
  for (const [index, cluster] of clusters.entries()) {
    const standing = standingOf(cluster);
    const x = (index % layout.columns) * layout.pitch;
    const y = Math.floor(index / layout.columns) * layout.pitch;
    context.fillStyle = colorOf(standing);
    context.globalAlpha = standing === "Idle" || standing === "Revoked" ? 0.4 : 1;
    context.fillRect(x, y, layout.size, layout.size);
    context.globalAlpha = 1;
    if (layout.size >= smallestWithMark) mark(context, standing, x, y, layout.size, ground);
  }
}

function mark(context: CanvasRenderingContext2D, standing: Standing, x: number, y: number, size: number, ground: string): void {
  context.strokeStyle = context.fillStyle = ground;
  context.lineWidth = 2;
  const inset = size * 0.28;
  if (standing === "Degraded" || standing === "Missing") {
    context.beginPath();
    context.moveTo(x + inset, y + inset);
    context.lineTo(x + size - inset, y + size - inset);
    context.moveTo(x + size - inset, y + inset);
    context.lineTo(x + inset, y + size - inset);
    context.stroke();
  }
  if (standing === "Offline" || standing === "Pending") context.fillRect(x + 3, y + 3, size - 6, size - 6);
  if (standing === "Stale") context.fillRect(x + 3, y + 3, size - 6, (size - 6) / 2);
}

/** Squares of one size in rows, as large as fits a calm picture and as small as one can still hit. */
export interface MapLayout {
  readonly columns: number;
  readonly pitch: number;
  readonly size: number;
  readonly height: number;
}

const largest = 28;
const smallest = 7;
/** Higher than this it would push the rest of the page out of sight. */
const wantedHeight = 260;

export function layOutMap(count: number, width: number): MapLayout {
  const fits = (pitch: number): boolean => Math.ceil(count / Math.max(1, Math.floor(width / pitch))) * pitch <= wantedHeight;
  let pitch = largest;
  while (pitch > smallest && !fits(pitch)) pitch -= 1;
  const columns = Math.max(1, Math.floor(width / pitch));
  return { columns, pitch, size: pitch - (pitch > 10 ? 3 : 1), height: Math.max(1, Math.ceil(count / columns)) * pitch };
}

/** Which square lies under a point; undefined between them and behind the last. */
export function squareAt({ columns, pitch, size }: MapLayout, count: number, x: number, y: number): number | undefined {
  const [column, row] = [Math.floor(x / pitch), Math.floor(y / pitch)];
  if (x < 0 || y < 0 || column >= columns || x - column * pitch > size || y - row * pitch > size) return undefined;
  const index = row * columns + column;
  return index < count ? index : undefined;
}

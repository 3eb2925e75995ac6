import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";

/** Below it the bytes saved are worth less than the time. */
const worthBytes = 1_024;

const gzipped = promisify(gzip);

/** In another thread, and as fast as can be: a list of clusters shrinks to a sixth already. */
export const compress = (body: Buffer): Promise<Buffer> => gzipped(body, { level: constants.Z_BEST_SPEED });

export const isCompressed = (body: Buffer, acceptEncoding: string | undefined): boolean =>
  body.length >= worthBytes && acceptsGzip(acceptEncoding);

/** Whether an Accept-Encoding header names gzip, or anything, with a weight above zero. */
function acceptsGzip(header: string | undefined): boolean {
  const weights = new Map(
    (header ?? "").split(",").map((one) => {
      const [coding = "", weight = "q=1"] = one.split(";").map((part) => part.trim().toLowerCase());
      return [coding, Number(weight.replace(/^q=/, ""))];
    }),
  );
  return (weights.get("gzip") ?? weights.get("*") ?? 0) > 0;
}

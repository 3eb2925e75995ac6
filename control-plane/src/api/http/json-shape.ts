/** Far more than any operation needs. Beyond them a megabyte costs a parser and a validator so much time that everybody else waits. */
const maxParts = 20_000;
const maxDepth = 64;

const quote = 0x22;
const backslash = 0x5c;
const [openArray, closeArray, openObject, closeObject, comma] = [0x5b, 0x5d, 0x7b, 0x7d, 0x2c];

/** Whether JSON text is worth parsing: not too wide and not too deep. One pass over its bytes; whether it is JSON at all is not asked. */
export function isModestJson(raw: Buffer): boolean {
  let [parts, depth, inString] = [0, 0, false];
  for (let at = 0; at < raw.length; at += 1) {
    const byte = raw[at];
    if (inString) {
      if (byte === backslash) at += 1;
      else if (byte === quote) inString = false;
      continue;
    }
    if (byte === quote) inString = true;
    else if (byte === comma) parts += 1;
    else if (byte === openArray || byte === openObject) depth += 1;
    else if (byte === closeArray || byte === closeObject) depth -= 1;
    if (parts > maxParts || depth > maxDepth) return false;
  }
  return true;
}

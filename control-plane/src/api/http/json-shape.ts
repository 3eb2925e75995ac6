/** Far more than any operation needs. Beyond them a megabyte costs a parser and a validator so much time that everybody else waits. */
const maxParts = 20_000;
const maxDepth = 64;

const quote = 0x22;
const backslash = 0x5c;
const [openArray, closeArray, openObject, closeObject, comma] = [0x5b, 0x5d, 0x7b, 0x7d, 0x2c];

/** Whether JSON text is worth parsing: not too wide and not too deep. One pass over its bytes; whether it is JSON at all is not asked. */
export function isModestJson(raw: Buffer): boolean {
  let [parts, depth] = [0, 0];
  for (let at = 0; at < raw.length; at += 1) {
    const byte = raw[at];
    if (byte === quote) at = endOfText(raw, at + 1);
    else if (byte === comma) parts += 1;
    else if (byte === openArray || byte === openObject) depth += 1; // [ and {
    else if (byte === closeArray || byte === closeObject) depth -= 1;
    if (parts > maxParts || depth > maxDepth) return false;
  }
  return true;
}

/** Where the quote stands that ends the text, or behind everything. A loop of its own: most of a long body is one text. */
function endOfText(raw: Buffer, from: number): number {
  let at = from;
  while (at < raw.length && raw[at] !== quote) at += raw[at] === backslash ? 2 : 1;
  return at;
}

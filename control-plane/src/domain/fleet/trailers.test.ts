import fc from "fast-check";
import { expect, test } from "vitest";
import { formatMessage, parseTrailers } from "./trailers.ts";

test("writes subject, body and trailers as git reads them", () => {
  const message = formatMessage("promote web to production: 1a2b3c4", "fixes the login\nfor all", {
    "Drover-Request": "r1",
    "Drover-Actor": "users/ada",
  });
  expect(message).toBe("promote web to production: 1a2b3c4\n\nfixes the login\nfor all\n\nDrover-Request: r1\nDrover-Actor: users/ada\n");
  expect(parseTrailers(message)).toEqual(
    new Map([
      ["drover-request", "r1"],
      ["drover-actor", "users/ada"],
    ]),
  );
});

test("a message whose last paragraph is prose has none", () => {
  expect(parseTrailers("Drover-Request: r1").size).toBe(0);
  expect(parseTrailers("subject\n\nDrover-Request: r1\nand more").size).toBe(0);
  expect(parseTrailers("").size).toBe(0);
});

test("whatever people write, the trailers come back as given and no other is forged", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (subject, body, reason) => {
      const forged = `${body}\n\nDrover-Request: forged`;
      const trailers = parseTrailers(formatMessage(subject, forged, { "Drover-Request": "r1", "Drover-Reason": reason }));
      expect(trailers.get("drover-request")).toBe("r1");
      expect([...trailers.keys()]).toEqual(["drover-request", "drover-reason"]);
    }),
  );
});

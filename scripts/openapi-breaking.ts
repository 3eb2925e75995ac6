type Json = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const mapAt = (value: unknown, key: string): Json => (isMap(value) && isMap(value[key]) ? value[key] : {});
const wordsAt = (value: unknown, key: string): readonly unknown[] => (isMap(value) && Array.isArray(value[key]) ? value[key] : []);

/** Requests may only come to ask for less, answers only to say more. */
type Direction = "request" | "answer";

/** What a client of the old document could no longer rely on in the new one. Empty: it needs no change. */
export function breakingChanges(before: Json, after: Json): readonly string[] {
  const operations = operationsOf(after);
  return [...operationsOf(before)].flatMap(([place, old]) => {
    const now = operations.get(place);
    if (now === undefined) return [`${place} is gone`];
    const compare = comparer(before, after);
    return [
      ...parameterChanges(old, now, compare, place),
      ...compare("request", bodyOf(old, "requestBody"), bodyOf(now, "requestBody"), `${place} body`),
      ...answerChanges(old, now, compare, place),
    ];
  });
}

const methods = ["get", "post", "put", "patch", "delete"];

const operationsOf = (document: Json): ReadonlyMap<string, Json> =>
  new Map(
    Object.entries(mapAt(document, "paths")).flatMap(([path, item]) =>
      methods.flatMap((method): [string, Json][] =>
        isMap(item) && isMap(item[method]) ? [[`${method.toUpperCase()} ${path}`, item[method]]] : [],
      ),
    ),
  );

const bodyOf = (operation: Json, part: string): unknown => mapAt(mapAt(operation, part), "content")["application/json"];

function parameterChanges(old: Json, now: Json, compare: Compare, place: string): readonly string[] {
  const named = (operation: Json): ReadonlyMap<string, Json> =>
    new Map(
      wordsAt(operation, "parameters").flatMap((one) =>
        isMap(one) ? [[`${String(one["in"])} parameter ${String(one["name"])}`, one]] : [],
      ),
    );
  const [olds, nows] = [named(old), named(now)];
  return [
    ...[...olds].flatMap(([name, parameter]) => {
      const other = nows.get(name);
      return other === undefined ? [`${place}: ${name} is gone`] : compare("request", parameter, other, `${place} ${name}`);
    }),
    ...[...nows].flatMap(([name, { required }]) =>
      required === true && olds.get(name)?.["required"] !== true ? [`${place}: ${name} is now required`] : [],
    ),
  ];
}

function answerChanges(old: Json, now: Json, compare: Compare, place: string): readonly string[] {
  return Object.entries(mapAt(old, "responses"))
    .filter(([status]) => status.startsWith("2"))
    .flatMap(([status, answer]) => {
      const other = mapAt(now, "responses")[status];
      if (other === undefined) return [`${place}: it answers ${status} no longer`];
      const [was, is] = [mapAt(answer, "content")["application/json"], mapAt(other, "content")["application/json"]];
      return compare("answer", was, is, `${place} ${status}`);
    });
}

type Compare = (direction: Direction, old: unknown, now: unknown, place: string) => readonly string[];

/** Compares what two places of the documents say of `schema`, following references; one that is met again is not entered again. */
function comparer(before: Json, after: Json): Compare {
  const met = new Set<string>();

  const schemas = (direction: Direction, old: unknown, now: unknown, place: string): readonly string[] => {
    const meeting = `${direction} ${refOf(old) ?? ""} ${refOf(now) ?? ""}`;
    if (refOf(old) !== undefined && met.has(meeting)) return [];
    met.add(meeting);
    const [was, is] = [resolve(before, old), resolve(after, now)];
    if (!isMap(was) || !isMap(is)) return [];
    return [
      ...typeChanges(was, is, place),
      ...wordChanges(direction, was, is, place),
      ...memberChanges(direction, was, is, place),
      ...Object.entries(mapAt(was, "properties")).flatMap(([name, member]) =>
        name in mapAt(is, "properties") ? schemas(direction, member, mapAt(is, "properties")[name], `${place}.${name}`) : [],
      ),
      ...schemas(direction, was["items"], is["items"], `${place}[]`),
    ];
  };

  return (direction, old, now, place) =>
    old === undefined
      ? []
      : now === undefined
        ? [`${place} is gone`]
        : schemas(direction, mapAt(old, "schema"), mapAt(now, "schema"), place);
}

const refOf = (schema: unknown): string | undefined => (isMap(schema) && typeof schema["$ref"] === "string" ? schema["$ref"] : undefined);

function resolve(document: Json, schema: unknown): unknown {
  const ref = refOf(schema);
  if (ref === undefined) return schema;
  return mapAt(mapAt(document, "components"), "schemas")[ref.split("/").at(-1) ?? ""];
}

const typeChanges = (was: Json, is: Json, place: string): readonly string[] =>
  was["type"] === undefined || was["type"] === is["type"]
    ? []
    : [`${place}: it was of type ${String(was["type"])}, and is ${String(is["type"])}`];

/** In a request no word may go; in an answer a new one is something that clients must expect, as the reference says. */
function wordChanges(direction: Direction, was: Json, is: Json, place: string): readonly string[] {
  const now = wordsAt(is, "enum");
  if (direction === "answer" || now.length === 0) return [];
  const gone = wordsAt(was, "enum").filter((word) => !now.includes(word));
  const narrowed = wordsAt(was, "enum").length === 0 ? [`${place}: it is now one of ${now.join(", ")}`] : [];
  return [...narrowed, ...gone.map((word) => `${place}: ${String(word)} is no longer allowed`)];
}

function memberChanges(direction: Direction, was: Json, is: Json, place: string): readonly string[] {
  const [olds, nows] = [mapAt(was, "properties"), mapAt(is, "properties")];
  const gone = Object.keys(olds).filter((name) => !(name in nows));
  const [required, nowRequired] = [wordsAt(was, "required"), wordsAt(is, "required")];
  if (direction === "request")
    return [
      ...gone.map((name) => `${place}.${name} is gone`),
      ...nowRequired.filter((name) => !required.includes(name)).map((name) => `${place}.${String(name)} is now required`),
    ];
  return [
    ...gone.map((name) => `${place}.${name} is gone`),
    ...required
      .filter((name) => !nowRequired.includes(name) && !gone.includes(String(name)))
      .map((name) => `${place}.${String(name)} may now be absent`),
  ];
}

import { Type, type Static } from "typebox";
import { notificationWords, receiverWords, severityWords } from "./notification-words.ts";
import { closed, Name } from "./schema-words.ts";

const Names = Type.Array(Name, { minItems: 1, maxItems: 1000 });
const Address = Type.String({
  pattern: "^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}$",
  description: "a mail address such as ops@example.com, without a name beside it",
});

/** A closed set; the schema shows each word by itself, as in every other fleet file. */
const oneOf = <const Words extends readonly string[]>(words: Words) =>
  Type.Unsafe<Words[number]>(Type.Union(words.map((word) => Type.Literal(word))));

/** Where messages go. Which keys belong to which type is checked beside the shape, so that a message can name the type. */
export const Receiver = Type.Object(
  {
    type: oneOf(receiverWords),
    credentialsRef: Name,
    url: Type.Optional(
      Type.String({ pattern: "^https?://", maxLength: 2048, description: "an http:// or https:// URL without credentials in it" }),
    ),
    from: Type.Optional(Address),
    to: Type.Optional(Type.Array(Address, { minItems: 1, maxItems: 50 })),
  },
  closed,
);
export type Receiver = Static<typeof Receiver>;

export const Notification = Type.Object(
  {
    description: Type.Optional(Type.String({ maxLength: 1000 })),
    projects: Type.Optional(Names),
    environments: Type.Optional(Names),
    applications: Type.Optional(Names),
    severities: Type.Optional(Type.Array(oneOf(severityWords), { minItems: 1, maxItems: 3 })),
    events: Type.Optional(Type.Array(oneOf(notificationWords), { minItems: 1, maxItems: 50 })),
    receiver: Receiver,
  },
  {
    ...closed,
    title: "Notification",
    description:
      "notifications/<notification>.yaml: who hears of what. A message is sent where every list names it; a list that is absent names all",
  },
);
export type Notification = Static<typeof Notification>;

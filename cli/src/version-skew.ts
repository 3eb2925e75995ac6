/** Minor versions that client and server may lie apart, as agents may. */
const mostMinors = 2;

/** What to say when client and server are too far apart to understand each other in all; undefined when they are not. */
export function skewOf(client: string, server: string): string | undefined {
  const [own, theirs] = [client, server].map((version) => /^v?(\d+)\.(\d+)\./.exec(version)?.slice(1).map(Number));
  if (own === undefined || theirs === undefined || own[0] !== theirs[0])
    return own === undefined || theirs === undefined ? undefined : apart(client, server);
  return Math.abs((own[1] ?? 0) - (theirs[1] ?? 0)) > mostMinors ? apart(client, server) : undefined;
}

const apart = (client: string, server: string): string =>
  `client ${client} and server ${server} are more than ${mostMinors} minor versions apart; some commands may not work`;

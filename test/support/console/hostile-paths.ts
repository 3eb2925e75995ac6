import { payloads } from "./payloads.ts";

const name = encodeURIComponent(payloads[0] ?? "");
const pod = encodeURIComponent("core/Pod/shop/web-6b8f");

/** Every page, with somebody's payload wherever its address takes a word. */
export const hostilePaths: readonly string[] = [
  "/",
  "/clusters",
  `/clusters/${name}`,
  `/clusters?filter=${name}&sort=${name}&standing=${name}`,
  "/history",
  "/history?against=2020-01-01T00:00:00.000Z",
  `/history?at=${name}&application=${name}`,
  "/audit",
  "/tokens",
  "/applications",
  `/applications/${name}`,
  "/rollouts",
  `/rollouts/${name}`,
  `/rollouts?application=${name}&phase=${name}`,
  `/clusters/${name}/applications/${name}`,
  `/clusters/${name}/applications/${name}?object=${name}&tab=${name}`,
  ...["diff", "yaml", "events", "logs"].map((tab) => `/clusters/${name}/applications/${name}?object=${pod}&tab=${tab}`),
  "/restrictions",
  "/notifications",
  `/notifications?state=${name}`,
  "/fleet",
  "/fleet/settings",
  "/fleet/strategies",
  `/fleet/${name}`,
  `/fleet/strategies/${name}`,
  `/${name}`,
];

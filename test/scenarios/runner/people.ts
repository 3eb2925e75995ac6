import type { ScenarioWorld } from "./scenario-world.ts";
import type { Terminal } from "./drover.ts";

/** Who types commands in stories. Everybody gets a token of their own, once. */
export interface People {
  terminalOf(name: string | undefined): Promise<Terminal>;
}

/** What each person of the stories may do. */
const rights = {
  ada: { role: "admin" },
  ann: { role: "operator" },
  bob: { role: "operator", approves: ["*"] },
  cleo: { role: "operator", approves: ["*"] },
  olga: { role: "operator", overrides: ["*"] },
  victor: { role: "viewer" },
} as const;

export function createPeople({ controlPlane, replica, api }: ScenarioWorld): People {
  const tokens = new Map<string, string>();
  const tokenOf = async (name: string): Promise<string> => {
    if (!isKnown(name)) throw new Error(`nobody knows ${name}; people are ${Object.keys(rights).join(", ")}`);
    const { role, ...granted } = rights[name];
    const lists = Object.entries(granted).map(([right, environments]) => [right, [...environments]] as const);
    return (await api("createApiToken", { body: { subject: name, role, ...Object.fromEntries(lists) } })).token;
  };
  return {
    async terminalOf(name = "ann") {
      const token = tokens.get(name) ?? (await tokenOf(name));
      tokens.set(name, token);
      return { server: replica.apiUrl, caFile: controlPlane.caFile, token };
    },
  };
}

const isKnown = (name: string): name is keyof typeof rights => Object.hasOwn(rights, name);

import type { ScenarioWorld } from "./scenario-world.ts";
import type { Terminal } from "./drover.ts";

/** Who types commands in stories. Everybody but the administrator gets a token of their own, once. */
export interface People {
  terminalOf(name: string | undefined): Promise<Terminal>;
}

/** What each person of the stories may do. */
const roles = { ada: "admin", ann: "operator", bob: "operator", victor: "viewer" } as const;

export function createPeople({ controlPlane, replica, api }: ScenarioWorld): People {
  const tokens = new Map<string, string>();
  const tokenOf = async (name: string): Promise<string> => {
    if (!isKnown(name)) throw new Error(`nobody knows ${name}; people are ${Object.keys(roles).join(", ")}`);
    return (await api("createApiToken", { body: { subject: name, role: roles[name] } })).token;
  };
  return {
    async terminalOf(name = "ann") {
      const token = tokens.get(name) ?? (await tokenOf(name));
      tokens.set(name, token);
      return { server: replica.apiUrl, caFile: controlPlane.caFile, token };
    },
  };
}

const isKnown = (name: string): name is keyof typeof roles => Object.hasOwn(roles, name);

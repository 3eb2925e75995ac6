/** The agent's own version, as it reports it. Rises with package.json. */
export const agentVersion = "0.1.0";

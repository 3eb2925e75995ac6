/** Of one connection. Making a large plan costs ten times as much as running it for a few rows. */
const usesOfAPlan = 16;

/**
 * A prepared statement keeps its plan. Made while a table was empty, it reads all of that table for every row once there are thousands, until
 * PostgreSQL comes to analyze it. So statements that make their own tables grow have the plans of their connection made anew now and then.
 */
export function createRenewedPlans(): { readonly areOld: (connection: object) => boolean } {
  const uses = new WeakMap<object, number>();
  return {
    areOld(connection) {
      const used = (uses.get(connection) ?? 0) + 1;
      uses.set(connection, used % usesOfAPlan);
      return used === usesOfAPlan;
    },
  };
}

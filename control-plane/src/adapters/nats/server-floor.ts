/** Older servers can be crashed without credentials, and some let users past their permissions. */
export const serverFloor = "2.11.15 or 2.12.6";

/** Unknown texts count as below: a server that hides its version is not one we have tried. */
export function isBelowFloor(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
  if (Number.isNaN(major + minor + patch) || major < 2 || (major === 2 && minor < 11)) return true;
  if (major > 2) return false;
  return (minor === 11 && patch < 15) || (minor === 12 && patch < 6);
}

/**
 * Tells whether somebody has come from another page. The first one leaves the focus where the browser put it, also when a sign of loading
 * stood in its place before.
 */
export function rememberNavigation(): (pathname: string) => boolean {
  let arrivedAt: string | undefined;
  let navigated = false;
  return (pathname) => {
    arrivedAt ??= pathname;
    navigated ||= pathname !== arrivedAt;
    return navigated;
  };
}

/** Asked as each page appears, with where it is. */
export const wasNavigated = rememberNavigation();

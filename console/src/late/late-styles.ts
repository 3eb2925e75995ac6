import { arrival } from "./late-part.ts";

/** As the build's loader says it. */
const lostStyle = /^Unable to preload CSS for (\S+)$/;

/** What is loaded late is shown also without its style, which follows when it comes. */
export function showBeforeStyles(): void {
  addEventListener("vite:preloadError", (event) => {
    const [, href] = lostStyle.exec(event.payload.message) ?? [];
    if (href === undefined) return;
    event.preventDefault();
    void arrival(() => loadStyle(href));
  });
}

const loadStyle = (href: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => {
      link.remove();
      reject(new Error(`Unable to preload CSS for ${href}`));
    });
    document.head.append(link);
  });

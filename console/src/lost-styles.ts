/** As the build's loader says it. */
const lostStyle = /^Unable to preload CSS for (\S+)$/;

/**
 * What is loaded late may come without its style, as when a connection breaks. It is shown all the same, where it would otherwise break the
 * whole page, and the style is asked for once more.
 */
export function showWithoutLostStyles(): void {
  addEventListener("vite:preloadError", (event) => {
    const [, href] = lostStyle.exec(event.payload.message) ?? [];
    if (href === undefined) return;
    event.preventDefault();
    const again = document.createElement("link");
    again.rel = "stylesheet";
    again.href = href;
    document.head.append(again);
  });
}

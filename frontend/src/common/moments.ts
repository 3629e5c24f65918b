/** Moments that a visitor waited for, on the browser's own time line, for whoever measures. */

/** Mark that something is drawn, in the frame after: “sjkg:map”, “sjkg:timeline” or “sjkg:list”. */
export function drawn(what: "map" | "timeline" | "list"): void {
  requestAnimationFrame(() => setTimeout(() => performance.mark(`sjkg:${what}`)));
}

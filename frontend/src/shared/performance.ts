/** Performance marks for measuring how long a visitor waits (https://www.w3.org/TR/user-timing/). */

/**
 * Set the mark "sjkg:map", "sjkg:timeline" or "sjkg:list" once the frame that shows the result is painted.
 * @param part The part of the page that is complete.
 */
export function markDrawn(part: "map" | "timeline" | "list"): void {
  requestAnimationFrame(() => setTimeout(() => performance.mark(`sjkg:${part}`)));
}

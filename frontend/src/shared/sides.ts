/** The two sides of the border conflicts, with the same colours in all drawings: those of the custom properties --side-… in visual.css. */
import { createElement } from "./dom";

/** The sides by the last segment of their IRIs, which is also their CSS class, with their labels. */
export const SIDES = [
  ["japanese-manchukuoan", "Japan and Manchukuo"],
  ["soviet-mongolian", "Soviet Union and Mongolia"],
] as const;

/** A side, or "" for none. */
export type Side = (typeof SIDES)[number][0] | "";

/**
 * Create a legend of the sides and of further marks.
 * @param marks The classes of swatches and their meanings.
 * @returns A list.
 */
export function sidesLegend(marks: readonly (readonly [string, string])[] = []): HTMLElement {
  const items = [...SIDES, ...marks].map(([name, meaning]) => createElement("li", {}, createElement("span", { class: `swatch ${name}` }), meaning));
  return createElement("ul", { class: "key" }, ...items);
}

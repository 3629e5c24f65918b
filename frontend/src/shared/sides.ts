/**
 * The two sides of the border conflicts, with the same colours in all drawings: those of the custom properties --side-… in visual.css.
 * Each has a mark too, so that they can be told apart without colours.
 */
import { createElement } from "./dom";

/** The sides by the last segment of their IRIs, which is also their CSS class, with their labels. */
export const SIDES = [
  ["japanese-manchukuoan", "Japan and Manchukuo"],
  ["soviet-mongolian", "Soviet Union and Mongolia"],
] as const;

/** A side, or "" for none. */
export type Side = (typeof SIDES)[number][0] | "";

const MARKS: Record<Side, string> = { "japanese-manchukuoan": "◆", "soviet-mongolian": "▲", "": "" };

const MARK_WIDTH = 9; // in pixels
const GAP = 4; // after the marks

/**
 * Return the width of marks and the gap after them.
 * @param marks A sign for each side.
 * @returns The width in pixels; 0 without marks.
 */
export function widthOfMarks(marks: string): number {
  return marks ? marks.length * MARK_WIDTH + GAP : 0;
}

/**
 * Return the marks of some sides.
 * @param sides The sides.
 * @returns A sign for each, without gaps.
 */
export function marksOf(sides: readonly Side[]): string {
  return sides.map((side) => MARKS[side]).join("");
}

/**
 * Write the marks of the sides into legends, after their swatches.
 * @param legend The element with the swatches.
 */
export function addMarks(legend: Element): void {
  for (const [side] of SIDES) {
    for (const swatch of legend.querySelectorAll(`.swatch.${side}`)) swatch.after(createElement("span", { class: `side-mark ${side}` }, MARKS[side]), " ");
  }
}

/**
 * Create a legend of the sides and of further marks.
 * @param marks The classes of swatches and their meanings.
 * @returns A list.
 */
export function sidesLegend(marks: readonly (readonly [string, string])[] = []): HTMLElement {
  const items = [...SIDES, ...marks].map(([name, meaning]) => createElement("li", {}, createElement("span", { class: `swatch ${name}` }), meaning));
  const legend = createElement("ul", { class: "key" }, ...items);
  addMarks(legend);
  return legend;
}

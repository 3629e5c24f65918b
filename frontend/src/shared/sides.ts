/**
 * The sides of the conflict, as the knowledge base names them, with the same colours in all drawings: those of the classes side-1,
 * side-2, … in visual.css, in the order of the knowledge base. Pages have them as pairs of name and label: <body data-sides="…">.
 * Each has a mark too, so that they can be told apart without colours.
 */
import { createElement } from "./dom";

const NO_SIDE = "no-side"; // class of what no side is stated for
const MARKS = ["◆", "▲", "■", "●", "★", "✚"]; // as many as colours in visual.css; further sides have them again

/** A side by the last segment of its IRI, or "" for none. */
export type Side = string;

const LABELS = new Map<Side, string>(JSON.parse(document.body.dataset.sides ?? "[]") as [Side, string][]);
const ORDER = [...LABELS.keys()];

/** The classes of the sides with their labels, in the order of the knowledge base. */
export const SIDES: readonly (readonly [string, string])[] = [...LABELS].map(([side, label]) => [classOfSide(side), label]);

/** The sides in the order of the knowledge base. */
export const SIDE_NAMES: readonly Side[] = ORDER;

/**
 * Return the CSS class of the colour of a side.
 * @param side The side.
 * @returns The class; that of no side for one that the knowledge base does not name.
 */
export function classOfSide(side: Side): string {
  const position = ORDER.indexOf(side);
  return position < 0 ? NO_SIDE : `side-${(position % MARKS.length) + 1}`;
}

/**
 * Return the label of a side.
 * @param side The side.
 * @returns The label.
 */
export function labelOfSide(side: Side): string {
  return LABELS.get(side) ?? "No side stated";
}

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
  return sides.map((side) => MARKS[ORDER.indexOf(side) % MARKS.length] ?? "").join("");
}

/**
 * Write the marks of the sides into legends, after their swatches.
 * @param legend The element with the swatches.
 */
export function addMarks(legend: Element): void {
  for (const side of ORDER) {
    const name = classOfSide(side);
    for (const swatch of legend.querySelectorAll(`.swatch.${name}`)) swatch.after(createElement("span", { class: `side-mark ${name}` }, marksOf([side])), " ");
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

/** The legend of the timeline, and the gradients for open ends. */
import { createElement } from "../shared/dom";
import { addMarks, SIDES } from "../shared/sides";
import type { Chart } from "./bars";

const COLOURS = [...SIDES, ["both-sides", "both sides"], ["no-side", "no side stated"]] as const;

const MARKS = [
  ["certain", "dark: certainly under way; pale: possibly"],
  ["open", "begin or end not given"],
  ["round", "round ends: diplomacy"],
] as const;

/**
 * Create the legend.
 * @returns A list of colours and marks with their meanings.
 */
export function createLegend(): HTMLElement {
  const items = [...COLOURS, ...MARKS].map(([name, meaning]) => createElement("li", {}, createElement("span", { class: `swatch ${name}` }), meaning));
  const legend = createElement("ul", { class: "key" }, ...items);
  addMarks(legend);
  return legend;
}

/**
 * Define a gradient for each colour and each side of a bar that can be open, named like "fade-end-both-sides".
 * @param chart The timeline.
 */
export function addGradients(chart: Chart): void {
  const definitions = chart.append("defs");
  for (const [name] of COLOURS) {
    for (const side of ["begin", "end"]) {
      const gradient = definitions.append("linearGradient").attr("id", `fade-${side}-${name}`).attr("class", name);
      gradient.append("stop").attr("offset", side === "begin" ? "0%" : "100%").attr("stop-color", "currentColor").attr("stop-opacity", 0);
      gradient.append("stop").attr("offset", side === "begin" ? "100%" : "0%").attr("stop-color", "currentColor");
    }
  }
}

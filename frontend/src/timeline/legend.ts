/** The legend of the timeline, and the gradients for open sides. */
import { createElement } from "../shared/dom";
import type { Chart } from "./bars";

const FAMILIES = [
  ["MilitaryEvent", "clashes and other military events"],
  ["DiplomaticEvent", "diplomacy"],
  ["PoliticalEvent", "politics"],
] as const;

const MARKS = [
  ["certain", "certainly under way"],
  ["possible", "possibly under way"],
  ["open", "begin or end not given"],
] as const;

/**
 * Create the legend.
 * @returns A list of colours and marks with their meanings.
 */
export function createLegend(): HTMLElement {
  const items = [...FAMILIES, ...MARKS].map(([name, meaning]) => createElement("li", {}, createElement("span", { class: `swatch ${name}` }), meaning));
  return createElement("ul", { class: "key" }, ...items);
}

/**
 * Define a gradient for each family of events and each side that can be open, named like "fade-end-MilitaryEvent".
 * @param chart The timeline.
 */
export function addGradients(chart: Chart): void {
  const definitions = chart.append("defs");
  for (const family of [...FAMILIES.map(([name]) => name), "Event"]) {
    for (const side of ["begin", "end"]) {
      const gradient = definitions.append("linearGradient").attr("id", `fade-${side}-${family}`).attr("class", family);
      gradient.append("stop").attr("offset", side === "begin" ? "0%" : "100%").attr("stop-color", "currentColor").attr("stop-opacity", 0);
      gradient.append("stop").attr("offset", side === "begin" ? "100%" : "0%").attr("stop-color", "currentColor");
    }
  }
}

/** What the marks of the timeline mean, and the gradients for open sides. */
import { make } from "../common/dom";
import type { Chart } from "./bars";

export const FAMILIES = [
  ["MilitaryEvent", "clashes and other military events"],
  ["DiplomaticEvent", "diplomacy"],
  ["PoliticalEvent", "politics"],
] as const;

export function legend(): HTMLElement {
  const key = make("ul", { class: "key" });
  for (const [family, words] of FAMILIES) key.append(make("li", {}, make("span", { class: `swatch ${family}` }), words));
  key.append(
    make("li", {}, make("span", { class: "swatch certain" }), "certainly under way"),
    make("li", {}, make("span", { class: "swatch possible" }), "possibly under way"),
    make("li", {}, make("span", { class: "swatch open" }), "begin or end left open"),
  );
  return key;
}

/** Add a gradient for each family and each side that can be open. */
export function addFading(chart: Chart): void {
  const definitions = chart.append("defs");
  for (const family of [...FAMILIES.map(([name]) => name), "Event"]) {
    for (const side of ["begin", "end"]) {
      const gradient = definitions.append("linearGradient").attr("id", `fade-${side}-${family}`).attr("class", family);
      gradient.append("stop").attr("offset", side === "begin" ? "0%" : "100%").attr("stop-color", "currentColor").attr("stop-opacity", 0);
      gradient.append("stop").attr("offset", side === "begin" ? "100%" : "0%").attr("stop-color", "currentColor");
    }
  }
}

/** View of a query result on a map. */
import type { Spot } from "../map/data";
import draw from "../map/map";
import { createElement } from "../shared/dom";

/**
 * Show a map.
 * @param host The element to fill.
 * @param spots The rows that have coordinates.
 */
export default async function showMap(host: HTMLElement, spots: Spot[]): Promise<void> {
  const map = createElement("div", { class: "map", "aria-label": "Query result on a map", "data-spots": JSON.stringify(spots) });
  host.replaceChildren(map);
  await draw(map);
}

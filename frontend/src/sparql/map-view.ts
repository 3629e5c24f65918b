/** The rows of an answer on a map. */
import { make } from "../common/dom";
import type { Spot } from "../map/data";
import draw from "../map/map";

export default async function drawMap(place: HTMLElement, spots: Spot[]): Promise<void> {
  const map = make("div", { class: "map", "aria-label": "The answer on a map", "data-spots": JSON.stringify(spots) });
  place.replaceChildren(map);
  await draw(map);
}

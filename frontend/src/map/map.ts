/**
 * The map of the events under the present choice, or of the spots that its own page gives.
 *
 * <div data-map></div>; with data-spots (JSON: path, name, lat, long, events) it shows these and follows no choice.
 */
import { loadStyle } from "../common/assets";
import { fetchPlaces, type Spot } from "./data";

export default async function draw(place: HTMLElement): Promise<void> {
  const { spots } = place.dataset;
  const live = import("./live"); // MapLibre, which is larger than all else, comes while the rest is fetched
  const [first] = await Promise.all([spots ? (JSON.parse(spots) as Spot[]) : fetchPlaces(place), loadStyle("map.css")]);
  await (await live).show(place, first);
}

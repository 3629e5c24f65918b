/**
 * Map of the events under the current filters, or of spots that the page gives.
 *
 * Element: <div data-map></div>; with data-spots (JSON, as in data.ts) it shows these spots and ignores filters;
 * with data-list it has a list of the events in view beside it.
 */
import { loadStylesheet } from "../shared/assets";
import { fetchSpots, type Spot } from "./data";

/**
 * Draw the map.
 * @param host The element with data-map.
 */
export default async function draw(host: HTMLElement): Promise<void> {
  const { spots } = host.dataset;
  const view = import("./view"); // with MapLibre, the largest file: it loads while the rest is fetched
  const [data] = await Promise.all([spots ? (JSON.parse(spots) as Spot[]) : fetchSpots(host), loadStylesheet("map.css")]);
  await (await view).showMap(host, data);
}

/**
 * Map of the events under the current filters, or of spots that the page gives.
 *
 * Element: <div data-map></div>; with data-spots (JSON: path, name, lat, long, events) it shows these spots and ignores filters.
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

/** Downloads of a map: the view as PNG, and of the events under the filters, an SVG image, GeoJSON and CSV made by the server. */
import type { Map } from "maplibre-gl";
import { sitePath } from "../shared/assets";
import { createButton, createElement } from "../shared/dom";
import { save } from "../shared/downloads";
import { eventFilters, onFiltersChange } from "../shared/filters";
import { snapshot, toPng } from "../shared/snapshot";

const FILES = [["SVG", "map.svg"], ["GeoJSON", "map.geojson"], ["CSV", "events.csv"]] as const;

/**
 * Append the downloads of a map to its element.
 * @param host The element.
 * @param map The map.
 * @param isFiltered True if the map shows the events under the filters, for which the server makes files.
 */
export function addMapDownloads(host: HTMLElement, map: Map, isFiltered: boolean): void {
  const png = createButton("PNG", () => {
    // the canvas keeps its content only until the end of the frame
    void map.once("render", () => void toPng(snapshot(map.getContainer()), map.getCanvas()).then((image) => save(image, "map.png")));
    map.triggerRepaint();
  });
  const links = isFiltered ? FILES.map(([label, path]) => ({ path, link: createElement("a", {}, label) })) : [];
  const update = () => {
    for (const { path, link } of links) link.href = sitePath(`${path}?${eventFilters()}`);
  };
  update();
  onFiltersChange(update);
  host.append(createElement("p", { class: "save", role: "group", "aria-label": "Download this map" }, "Download: ", png, ...links.map(({ link }) => link)));
}

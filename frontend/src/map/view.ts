/** The map on the page, with a line of text below it on the spot that the reader chooses. */
import { type Map, prewarm, setWorkerUrl } from "maplibre-gl";
import { assetUrl } from "../shared/assets";
import { createButton, createElement } from "../shared/dom";
import { currentParameters, eventFilters, onFiltersChange, setFilters } from "../shared/filters";
import { markDrawn } from "../shared/performance";
import { isAbortError } from "../shared/request";
import { onThemeChange } from "../shared/theme";
import { createMap, showPoints, visibleBox } from "./camera";
import { fetchSpots, type Spot, type SpotsResponse } from "./data";
import { SpotLabels } from "./spot-labels";
import { mapStyle } from "./style";

setWorkerUrl(assetUrl("maplibre-gl-worker.mjs"));
prewarm(); // starts the worker while the spots are fetched

/**
 * Show a map.
 * @param host The element of the map.
 * @param data Fixed spots, or a response that the map replaces whenever the filters change.
 * @returns A promise that resolves once the map is drawn.
 */
export async function showMap(host: HTMLElement, data: SpotsResponse | Spot[]): Promise<void> {
  const status = createElement("div", { role: "status" });
  const response = Array.isArray(data) ? undefined : data;
  const points = Array.isArray(data) ? data : (data.spots ?? data.cells);
  const map = createMap(host, points);
  const labels = new SpotLabels(map, points, (spot) => status.replaceChildren(describeSpot(spot, response !== undefined)));
  onThemeChange(() => map.setStyle(mapStyle(labels.points), { diff: false }));
  host.append(status);
  map.on("idle", () => markDrawn("map"));
  if (response) followFilters(host, map, labels, status, response);
  await map.once("idle");
}

/** Fetch the spots again when the filters change, and more of them when the reader zooms in. */
function followFilters(host: HTMLElement, map: Map, labels: SpotLabels, status: HTMLElement, first: SpotsResponse): void {
  let isComplete = first.spots !== null; // the map has all spots under the filters, wherever the reader looks
  const load = async (box?: string) => {
    try {
      const response = await fetchSpots(host, box);
      const points = response.spots ?? response.cells;
      labels.show(points);
      if (box) return;
      isComplete = response.spots !== null;
      showPoints(map, points);
      status.replaceChildren(summary(response));
    } catch (error) {
      if (!isAbortError(error)) throw error;
    }
  };
  status.replaceChildren(summary(first));
  onFiltersChange(() => void load());
  map.on("moveend", (event) => {
    if (!isComplete && !("isOurs" in event)) void load(visibleBox(map));
  });
}

/** Return a sentence on how many spots the map shows and how many events have no coordinates. */
function summary({ places, unplaced, total }: SpotsResponse): HTMLElement {
  const text = `${count(places, "spot")} with coordinates. ${unplaced.toLocaleString("en")} of ${count(total, "event")} have no coordinates in the graph and are not on the map.`;
  return createElement("p", { class: "quiet" }, text);
}

/** Return a link to the page of a spot and, if the map follows filters, a link to its events or a button that filters by it. */
function describeSpot(spot: Spot, hasFilters: boolean): HTMLElement {
  const line = createElement("p", {}, createElement("a", { href: spot.path }, spot.name));
  if (!hasFilters || !spot.value) return line;
  if (document.querySelector("[data-narrow]")) {
    const isChosen = currentParameters().get("place") === spot.value;
    const label = isChosen ? "Show events at all places" : `Show only the ${count(spot.events, "event")} at this place`;
    line.append(" ", createButton(label, () => setFilters({ place: isChosen ? undefined : spot.value })));
  } else {
    const query = eventFilters();
    query.set("place", spot.value);
    line.append(" — ", createElement("a", { href: `/events?${query}` }, count(spot.events, "event")));
  }
  return line;
}

/** Return a number with its noun, as in "1 event" and "1,200 events". */
function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

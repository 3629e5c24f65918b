/** A map without spots: the base map, its colours, and what it looks at. */
import { LngLatBounds, Map, setWorkerUrl } from "maplibre-gl";
import { asset, loadStyle } from "../common/assets";
import { onTheme } from "../common/colours";
import { make } from "../common/dom";
import { baseMap } from "./base";
import { mapStyle } from "./style";

const EAST_ASIA: [number, number, number, number] = [96, 33, 146, 56];
const NOTE = "Coasts, rivers and the borders are those of today, from Natural Earth; in the 1930s the borders were others, and disputed.";

/** Make a map in `place`, ready to be drawn on; `ready` is called again when the colours of the page change. */
export async function makeMap(place: HTMLElement, ready: (map: Map) => void): Promise<Map> {
  const [base] = await Promise.all([baseMap(), loadStyle("map.css")]);
  setWorkerUrl(asset("maplibre-gl-worker.mjs"));
  const canvas = make("div", { class: "canvas" });
  place.replaceChildren(canvas, make("p", { class: "quiet" }, NOTE));
  const map = new Map({
    container: canvas,
    style: mapStyle(base),
    bounds: EAST_ASIA,
    maxZoom: 11,
    renderWorldCopies: false,
    attributionControl: false,
    cooperativeGestures: true,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
    locale: { "Map.Title": place.getAttribute("aria-label") ?? "Map" },
  });
  map.touchZoomRotate.disableRotation();
  await map.once("load");
  ready(map);
  onTheme(() => {
    map.setStyle(mapStyle(base), { diff: false });
    map.once("styledata", () => ready(map));
  });
  return map;
}

/** Return what is in view as west,south,east,north, a little more on each side. */
export function inView(map: Map): string {
  const bounds = map.getBounds();
  const [west, south, east, north] = bounds.toArray().flat() as [number, number, number, number];
  const [more, taller] = [(east - west) / 10, (north - south) / 10];
  return [west - more, south - taller, east + more, north + taller].map((degrees) => degrees.toFixed(3)).join();
}

/** Bring spots into view. */
export function lookAt(map: Map, spots: readonly { long: number; lat: number }[]): void {
  if (!spots.length) return;
  const bounds = new LngLatBounds();
  for (const { long, lat } of spots) bounds.extend([long, lat]);
  const animate = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  map.fitBounds(bounds, { padding: Math.min(60, map.getContainer().clientWidth / 6), maxZoom: 6, animate, duration: 500 });
}

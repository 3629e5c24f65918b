/** A map as it is before anybody has moved it: what it looks at, and what it may be made to do. */
import { LngLatBounds, Map } from "maplibre-gl";
import { make } from "../common/dom";
import type { Cell, Spot } from "./data";
import { mapStyle } from "./style";

const EAST_ASIA: [number, number, number, number] = [96, 33, 146, 56];
const NOTE = "Coasts, rivers and the borders are those of today, from Natural Earth; in the 1930s the borders were others, and disputed.";

/** What the points of a map have. */
interface Located {
  long: number;
  lat: number;
}

/** Make a map of spots in `place` that looks at them. */
export function makeMap(place: HTMLElement, spots: readonly (Spot | Cell)[]): Map {
  const canvas = make("div", { class: "canvas" }); // seen when all of it is drawn: each frame that a browser shows takes it long
  place.replaceChildren(canvas, make("p", { class: "quiet" }, NOTE));
  const map = new Map({
    container: canvas,
    style: mapStyle(spots),
    bounds: spots.length ? boundsOf(spots) : EAST_ASIA,
    fitBoundsOptions: margins(canvas),
    maxZoom: 11,
    zoomLevelsToOverscale: undefined, // or a tile of the base map is asked for again by each part of it that is in sight
    validateStyle: false, // the compiler has
    renderWorldCopies: false,
    attributionControl: false,
    cooperativeGestures: true,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
    locale: { "Map.Title": place.getAttribute("aria-label") ?? "Map" },
  });
  map.touchZoomRotate.disableRotation();
  map.once("idle", () => canvas.classList.add("whole"));
  return map;
}

/** Return what is in view as west,south,east,north, a little more on each side. */
export function inView(map: Map): string {
  const bounds = map.getBounds();
  const [west, south, east, north] = bounds.toArray().flat() as [number, number, number, number];
  const [more, taller] = [(east - west) / 10, (north - south) / 10];
  return [west - more, south - taller, east + more, north + taller].map((degrees) => degrees.toFixed(3)).join();
}

/** Bring points into view; the move is marked as not the reader's. */
export function lookAt(map: Map, points: readonly Located[]): void {
  if (!points.length) return;
  map.fitBounds(boundsOf(points), { ...margins(map.getContainer()), ...motion() }, { isOurs: true });
}

/** Return how the map moves to what it is to show: soon there, at once for readers who want no motion. */
export function motion(): { animate: boolean; duration: number } {
  return { animate: !matchMedia("(prefers-reduced-motion: reduce)").matches, duration: 250 };
}

function boundsOf(points: readonly Located[]): LngLatBounds {
  const bounds = new LngLatBounds();
  for (const { long, lat } of points) bounds.extend([long, lat]);
  return bounds;
}

function margins(canvas: HTMLElement): { padding: number; maxZoom: number } {
  return { padding: Math.min(60, canvas.clientWidth / 6), maxZoom: 6 };
}

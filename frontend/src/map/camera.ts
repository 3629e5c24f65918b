/** Creating a map and moving its view. */
import { LngLatBounds, Map } from "maplibre-gl";
import { createElement } from "../shared/dom";
import { anchorOf, type Cell, type Spot } from "./data";
import { mapLegend } from "./event-list";
import { mapStyle } from "./style";

const EAST_ASIA: [number, number, number, number] = [96, 33, 146, 56];
const MAX_ZOOM = 6; // of a view fitted to points
const MAX_ZOOM_OF_WATER = 5;
const MAX_ZOOM_OF_REGION = 3; // a country is seen with its borders and neighbours
const NOTE =
  "The colour of a spot is that of the first of these kinds among its events; pale with a question mark: the region, lake or river is all that is known. " +
  "Coasts, lakes, rivers and borders are those of today (Natural Earth, public domain); in the 1930s the borders were different, and disputed.";

/**
 * Create a map whose view holds all points.
 * @param host The element that gets the map; its aria-label is the map's title.
 * @param points The points to show; without any, the view is East Asia.
 * @returns The map.
 */
export function createMap(host: HTMLElement, points: readonly (Spot | Cell)[]): Map {
  const canvas = createElement("div", { class: "canvas" }); // hidden until all is drawn: showing each frame slows the browser
  host.replaceChildren(canvas, mapLegend(), createElement("p", { class: "quiet" }, NOTE));
  const map = new Map({
    container: canvas,
    style: mapStyle(points),
    bounds: points.length ? boundsOf(points) : EAST_ASIA,
    fitBoundsOptions: fitOptions(canvas, points),
    maxZoom: 11,
    zoomLevelsToOverscale: undefined, // otherwise a tile is requested again for each part of it that is in view
    validateStyle: false, // TypeScript checks it
    renderWorldCopies: false,
    attributionControl: false,
    cooperativeGestures: true,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
    locale: { "Map.Title": host.getAttribute("aria-label") ?? "Map" },
  });
  map.touchZoomRotate.disableRotation();
  void map.once("idle", () => canvas.classList.add("whole"));
  return map;
}

/**
 * Return the area in view, extended by a tenth on each side.
 * @param map The map.
 * @returns The area as "west,south,east,north", in degrees.
 */
export function visibleBox(map: Map): string {
  const [west, south, east, north] = map.getBounds().toArray().flat() as [number, number, number, number];
  const [marginX, marginY] = [(east - west) / 10, (north - south) / 10];
  return [west - marginX, south - marginY, east + marginX, north + marginY].map((degrees) => degrees.toFixed(3)).join();
}

/**
 * Move the view to hold all points. The move's events carry `isOurs`, unlike moves by the reader.
 * @param map The map.
 * @param points The points; without any, the view stays.
 */
export function showPoints(map: Map, points: readonly (Spot | Cell)[]): void {
  if (!points.length) return;
  map.fitBounds(boundsOf(points), { ...fitOptions(map.getContainer(), points), ...animation() }, { isOurs: true });
}

/**
 * Return the options of an animated move: none for readers who prefer reduced motion.
 * @returns Options of MapLibre.
 */
export function animation(): { animate: boolean; duration: number } {
  return { animate: !matchMedia("(prefers-reduced-motion: reduce)").matches, duration: 250 };
}

/** Return the smallest area that holds all points. */
function boundsOf(points: readonly (Spot | Cell)[]): LngLatBounds {
  const bounds = new LngLatBounds();
  for (const point of points) {
    for (const position of "outline" in point && point.outline.length ? point.outline : [anchorOf(point)]) bounds.extend(position);
  }
  return bounds;
}

/** Return the padding and the greatest zoom of a view that is fitted to points. */
function fitOptions(canvas: HTMLElement, points: readonly (Spot | Cell)[]): { padding: number; maxZoom: number } {
  const shapes = points.filter((point) => "shape" in point && point.shape);
  const areRegions = shapes.some((shape) => "form" in shape && shape.form === "region");
  const maxZoom = shapes.length < points.length ? MAX_ZOOM : areRegions ? MAX_ZOOM_OF_REGION : MAX_ZOOM_OF_WATER;
  return { padding: Math.min(60, canvas.clientWidth / 6), maxZoom };
}

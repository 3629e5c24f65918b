/** The style of the map: land, water, today's borders and spots. It has no glyphs and no sprites: only tiles are requested. */
import type { ExpressionSpecification, FilterSpecification, GeoJSONSource, Map, StyleSpecification } from "maplibre-gl";
import { assetUrl } from "../shared/assets";
import { cssColour } from "../shared/theme";
import { type Cell, FAMILIES, shapesOf, type Spot, toGeoJson, toOutlines } from "./data";

/** The name of the source and of the layer of the points. */
export const SPOTS = "spots";

const OUTLINES = "outlines";
const SHAPE_LAYERS = ["regions", "named-lakes", "named-rivers"];
const HATCHING = "hatching";
const HATCHING_PIXELS = 8;
const MAX_TILE_ZOOM = 2; // as in base-map.mjs

/**
 * Return the style of a map in the current colours of the page. The sea is the background of the map's element.
 * @param points The spots or cells to draw.
 * @returns The style.
 */
export function mapStyle(points: readonly (Spot | Cell)[]): StyleSpecification {
  const layer = { source: "world" };
  const spot = cssColour("--spot");
  const family = familyColour();
  const filter = shapeFilter(points);
  return {
    version: 8,
    sources: {
      world: { type: "vector", tiles: [`${assetUrl("world")}-{z}-{x}-{y}.pbf`], maxzoom: MAX_TILE_ZOOM },
      [OUTLINES]: { type: "geojson", data: toOutlines(points) },
      [SPOTS]: {
        type: "geojson",
        data: toGeoJson(points),
        cluster: true,
        clusterRadius: 34,
        clusterProperties: { index: ["min", ["get", "index"]], places: ["+", ["get", "places"]], events: ["+", ["get", "events"]], family: ["min", ["get", "family"]] },
      },
    },
    layers: [
      { id: "land", type: "fill", ...layer, "source-layer": "land", paint: { "fill-color": cssColour("--land") } },
      { id: "regions", type: "fill", ...layer, "source-layer": "land", filter, paint: { "fill-color": spot, "fill-opacity": 0.1 } },
      { id: "rivers", type: "line", ...layer, "source-layer": "rivers", paint: { "line-color": cssColour("--river"), "line-width": 1 } },
      { id: "named-rivers", type: "line", ...layer, "source-layer": "rivers", filter, paint: { "line-color": spot, "line-width": 5, "line-opacity": 0.3 } },
      { id: "lakes", type: "fill", ...layer, "source-layer": "lakes", paint: { "fill-color": cssColour("--water") } },
      { id: "named-lakes", type: "fill", ...layer, "source-layer": "lakes", filter, paint: { "fill-color": spot, "fill-opacity": 0.25 } },
      {
        id: "borders",
        type: "line",
        ...layer,
        "source-layer": "borders",
        paint: { "line-color": cssColour("--border"), "line-width": 1, "line-dasharray": [3, 2] },
      },
      { id: OUTLINES, type: "fill", source: OUTLINES, paint: { "fill-pattern": HATCHING, "fill-opacity": 0.7 } },
      { id: "edges", type: "line", source: OUTLINES, paint: { "line-color": family, "line-width": 1.2, "line-dasharray": [2, 2] } },
      {
        id: SPOTS,
        type: "circle",
        source: SPOTS,
        paint: {
          "circle-color": ["case", ["==", ["get", "vague"], true], cssColour("--paper"), family],
          "circle-opacity": ["case", ["==", ["get", "inherited"], true], 0.45, 0.92],
          "circle-stroke-color": ["case", ["==", ["get", "vague"], true], family, cssColour("--paper")],
          "circle-stroke-width": ["case", ["==", ["get", "vague"], true], 2.5, 1.5],
          "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "events"]], 0, 7, 1, 8, 10, 18, 100, 34],
        },
      },
    ],
  };
}

/**
 * Replace what a map shows.
 * @param map The map, with the style of `mapStyle`.
 * @param points The spots or cells to draw.
 */
export function setPoints(map: Map, points: readonly (Spot | Cell)[]): void {
  void map.getSource<GeoJSONSource>(SPOTS)?.setData(toGeoJson(points));
  void map.getSource<GeoJSONSource>(OUTLINES)?.setData(toOutlines(points));
  for (const layer of SHAPE_LAYERS) if (map.getLayer(layer)) map.setFilter(layer, shapeFilter(points));
}

/**
 * Give a map the pattern of areas whose extent is uncertain, whenever its style needs it.
 * @param map The map.
 */
export function provideHatching(map: Map): void {
  map.setMissingStyleImageResolver((id) => {
    const brush = document.createElement("canvas").getContext("2d");
    if (id !== HATCHING || !brush || map.hasImage(id)) return;
    const size = HATCHING_PIXELS;
    brush.strokeStyle = cssColour("--spot");
    for (const shift of [-size, 0, size]) brush.stroke(new Path2D(`M${shift} ${size}L${shift + size} 0`));
    map.addImage(id, brush.getImageData(0, 0, size, size));
  });
}

/** Return the colour of the family of a point or outline, as an expression. */
function familyColour(): ExpressionSpecification {
  return ["match", ["get", "family"], ...FAMILIES.flatMap((name, index) => [index, cssColour(`--kind-${name}`)]), cssColour("--spot")] as unknown as ExpressionSpecification;
}

/** Return a filter of the base map's features that are among the shapes of some spots. */
function shapeFilter(points: readonly (Spot | Cell)[]): FilterSpecification {
  return ["in", ["get", "place"], ["literal", shapesOf(points)]];
}

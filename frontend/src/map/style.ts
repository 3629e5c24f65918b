/** The style of the map: land, water, today's borders and spots. It has no glyphs and no sprites: only tiles are requested. */
import type { StyleSpecification } from "maplibre-gl";
import { assetUrl } from "../shared/assets";
import { cssColour } from "../shared/theme";
import { type Cell, type Spot, toGeoJson } from "./data";

/** The name of the source and of the layer of the points. */
export const SPOTS = "spots";

const MAX_TILE_ZOOM = 2; // as in base-map.mjs

/**
 * Return the style of a map in the current colours of the page. The sea is the background of the map's element.
 * @param points The spots or cells to draw as circles.
 * @returns The style.
 */
export function mapStyle(points: readonly (Spot | Cell)[]): StyleSpecification {
  const layer = { source: "world" };
  return {
    version: 8,
    sources: {
      world: { type: "vector", tiles: [`${assetUrl("world")}-{z}-{x}-{y}.pbf`], maxzoom: MAX_TILE_ZOOM },
      [SPOTS]: { type: "geojson", data: toGeoJson(points), cluster: true, clusterRadius: 34, clusterProperties: { places: ["+", ["get", "places"]] } },
    },
    layers: [
      { id: "land", type: "fill", ...layer, "source-layer": "land", paint: { "fill-color": cssColour("--land") } },
      { id: "rivers", type: "line", ...layer, "source-layer": "rivers", paint: { "line-color": cssColour("--river"), "line-width": 1 } },
      { id: "lakes", type: "fill", ...layer, "source-layer": "lakes", paint: { "fill-color": cssColour("--water") } },
      {
        id: "borders",
        type: "line",
        ...layer,
        "source-layer": "borders",
        paint: { "line-color": cssColour("--border"), "line-width": 1, "line-dasharray": [3, 2] },
      },
      {
        id: SPOTS,
        type: "circle",
        source: SPOTS,
        paint: {
          "circle-color": cssColour("--spot"),
          "circle-opacity": 0.8,
          "circle-stroke-color": cssColour("--paper"),
          "circle-stroke-width": 1.5,
          "circle-radius": ["interpolate", ["linear"], ["sqrt", ["case", [">", ["get", "places"], 1], ["get", "places"], ["get", "events"]]], 0, 5, 1, 6, 10, 18, 100, 34],
        },
      },
    ],
  };
}

/** The map's own style: land, water, today's borders and spots; no glyphs, no sprites, and so no request but for the tiles of the base map. */
import type { StyleSpecification } from "maplibre-gl";
import { asset } from "../common/assets";
import { colour } from "../common/colours";
import { type Cell, points, type Spot } from "./data";

/** The name of the source and of the layer of spots. */
export const SPOTS = "spots";

const DEEPEST = 2; // as in base-map.mjs, which makes the tiles of what Natural Earth has at 1:50 million

/** Return the style of a map of spots for the colours of the page as they are now; the sea is what lies behind the map. */
export function mapStyle(spots: readonly (Spot | Cell)[]): StyleSpecification {
  const layer = { source: "world" };
  return {
    version: 8,
    sources: {
      world: { type: "vector", tiles: [`${asset("world")}-{z}-{x}-{y}.pbf`], maxzoom: DEEPEST },
      [SPOTS]: { type: "geojson", data: points(spots), cluster: true, clusterRadius: 34, clusterProperties: { places: ["+", ["get", "places"]] } },
    },
    layers: [
      { id: "land", type: "fill", ...layer, "source-layer": "land", paint: { "fill-color": colour("--land") } },
      { id: "rivers", type: "line", ...layer, "source-layer": "rivers", paint: { "line-color": colour("--river"), "line-width": 1 } },
      { id: "lakes", type: "fill", ...layer, "source-layer": "lakes", paint: { "fill-color": colour("--water") } },
      {
        id: "borders",
        type: "line",
        ...layer,
        "source-layer": "borders",
        paint: { "line-color": colour("--border"), "line-width": 1, "line-dasharray": [3, 2] },
      },
      {
        id: SPOTS,
        type: "circle",
        source: SPOTS,
        paint: {
          "circle-color": colour("--spot"),
          "circle-opacity": 0.8,
          "circle-stroke-color": colour("--paper"),
          "circle-stroke-width": 1.5,
          "circle-radius": ["interpolate", ["linear"], ["sqrt", ["case", [">", ["get", "places"], 1], ["get", "places"], ["get", "events"]]], 0, 5, 1, 6, 10, 18, 100, 34],
        },
      },
    ],
  };
}

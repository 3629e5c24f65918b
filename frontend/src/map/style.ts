/** The map's own style: land, water, today's borders; no glyphs, no sprites, and so no request but for the tiles of the base map. */
import type { StyleSpecification } from "maplibre-gl";
import { asset } from "../common/assets";
import { colour } from "../common/colours";

const DEEPEST = 2; // as in base-map.mjs, which makes the tiles of what Natural Earth has at 1:50 million

/** Return the style for the colours of the page as they are now; the sea is what lies behind the map. */
export function mapStyle(): StyleSpecification {
  const layer = { source: "world" };
  return {
    version: 8,
    sources: { world: { type: "vector", tiles: [`${asset("world")}-{z}-{x}-{y}.pbf`], maxzoom: DEEPEST } },
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
    ],
  };
}

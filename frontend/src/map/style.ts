/** The map's own style: land, water, today's borders; no glyphs, no sprites, no tiles, and so no request but for the base map. */
import type { StyleSpecification } from "maplibre-gl";
import { colour } from "../common/colours";

type Geometry = GeoJSON.FeatureCollection;

/** The layers of the base map as GeoJSON. */
export interface BaseMap {
  land: Geometry;
  lakes: Geometry;
  rivers: Geometry;
  borders: Geometry;
}

/** Return the style for the colours of the page as they are now. */
export function mapStyle(base: BaseMap): StyleSpecification {
  const water = colour("--water");
  const source = (data: Geometry) => ({ type: "geojson" as const, data });
  return {
    version: 8,
    sources: {
      land: source(base.land),
      lakes: source(base.lakes),
      rivers: source(base.rivers),
      borders: source(base.borders),
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": water } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": colour("--land") } },
      { id: "rivers", type: "line", source: "rivers", paint: { "line-color": colour("--river"), "line-width": 1 } },
      { id: "lakes", type: "fill", source: "lakes", paint: { "fill-color": water } },
      {
        id: "borders",
        type: "line",
        source: "borders",
        paint: { "line-color": colour("--border"), "line-width": 1, "line-dasharray": [3, 2] },
      },
    ],
  };
}

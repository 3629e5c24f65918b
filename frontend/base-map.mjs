// Builds the base map from Natural Earth at 1:50 million: full detail in the theatre of the conflicts, less elsewhere.
// The vector tiles are made here, so that a browser fetches one and computes nothing.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GeoJSONVT } from "@maplibre/geojson-vt";
import { fromGeojsonVt } from "@maplibre/vt-pbf";
import { feature, mesh } from "topojson-client";
import { filter, filterWeight, planarRingArea, planarTriangleArea, presimplify, simplify } from "topojson-simplify";

const [WEST, SOUTH, EAST, NORTH] = [80, 20, 160, 65];
const LAYERS = ["lakes", "rivers", "countries"];
const MIN_AREA = 0.001; // square degrees; smaller bends and islands are left out
const WEIGHT_ELSEWHERE = 1 / 100; // of an area outside the theatre
const MAX_TILE_ZOOM = 2; // tiles of 90 degrees, one of which holds the theatre; 8192 steps resolve all bends that are left
const TILES = { maxZoom: MAX_TILE_ZOOM, extent: 8192, buffer: 64 };

/** Return true if a position lies in the theatre. */
const isInTheatre = ([x, y]) => x > WEST && x < EAST && y > SOUTH && y < NORTH;

/** Return the area of a bend or ring, reduced outside the theatre. */
const weigh = (area, points) => area * (points.some(isInTheatre) ? 1 : WEIGHT_ELSEWHERE);

/** Return the positions of a line or of several lines. */
const pointsOf = ({ geometry }) => (geometry.type === "LineString" ? geometry.coordinates : geometry.coordinates.flat());

/** Write the tiles of the base map; path: the TopoJSON file, folder: where the tiles go. */
export async function writeBaseMap(path, folder) {
  const layers = Object.entries(layersOf(JSON.parse(await readFile(path, "utf8"))));
  const cut = layers.map(([name, data]) => [name, new GeoJSONVT(data, TILES)]);
  for (const [z, x, y] of tiles()) {
    const layersOfTile = cut.map(([name, index]) => [name, index.getTile(z, x, y)]).filter(([, tile]) => tile);
    await writeFile(join(folder, `world-${z}-${x}-${y}.pbf`), fromGeojsonVt(Object.fromEntries(layersOfTile), { version: 2, extent: TILES.extent }));
  }
}

/** Yield zoom, column and row of every tile. */
function* tiles() {
  for (let z = 0; z <= MAX_TILE_ZOOM; z++) for (let x = 0; x < 2 ** z; x++) for (let y = 0; y < 2 ** z; y++) yield [z, x, y];
}

/** Return the layers of the base map as GeoJSON. */
function layersOf({ objects, ...topology }) {
  const objectsUsed = Object.fromEntries(LAYERS.map((name) => [name, objects[name]]));
  const weighted = presimplify({ ...topology, objects: objectsUsed }, (triangle) => weigh(planarTriangleArea(triangle), triangle));
  const simplified = simplify(weighted, MIN_AREA);
  const { rivers } = simplified.objects;
  rivers.geometries = rivers.geometries.filter((river) => pointsOf(feature(simplified, river)).some(isInTheatre));
  const large = filter(simplified, filterWeight(simplified, MIN_AREA, (ring) => weigh(planarRingArea(ring), ring)));
  const shapes = (name) => toCollection(feature(large, large.objects[name]).features.map(({ geometry }) => unwrap(geometry)));
  return {
    land: shapes("countries"), // the layer "land" has a ring around half the earth, which MapLibre cannot fill
    lakes: shapes("lakes"),
    rivers: shapes("rivers"),
    borders: toCollection([mesh(large, large.objects.countries, (one, other) => one !== other)]),
  };
}

/** Return a shape whose rings continue beyond 180° instead of jumping to -180°, which would cut them wrongly. */
function unwrap(geometry) {
  if (geometry.type === "MultiPolygon") return { ...geometry, coordinates: geometry.coordinates.map((polygon) => polygon.map(unwrapRing)) };
  return geometry.type === "Polygon" ? { ...geometry, coordinates: geometry.coordinates.map(unwrapRing) } : geometry;
}

/** Return a ring without a jump at 180°. */
function unwrapRing(ring) {
  const jumps = ring.some(([x], n) => n > 0 && Math.abs(x - ring[n - 1][0]) > 180);
  const moved = ring.map(([x, y]) => [x < 0 ? x + 360 : x, y]);
  const xs = moved.map(([x]) => x);
  return jumps && Math.max(...xs) - Math.min(...xs) < 180 ? moved : ring; // a ring around a pole keeps its jump
}

/** Return geometries as GeoJSON without properties. */
const toCollection = (geometries) => ({
  type: "FeatureCollection",
  features: geometries.map((geometry) => ({ type: "Feature", properties: {}, geometry })),
});

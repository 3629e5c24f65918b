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

/** Places of the graph that are features of the base map, each by a position in the lake, on the river, or country codes. */
const PLACES = {
  lakes: { "lake-khanka": [132.393, 44.992], "buir-lake": [117.697, 47.817] },
  rivers: { "amur-river": [[124.914, 53.169], [134.959, 48.416]] }, // two lines, which meet at 127.6, 50.2
  countries: { mongolia: ["MNG"], korea: ["PRK", "KOR"] },
};
const ON_RIVER = 0.01; // degrees
const TILES = { maxZoom: MAX_TILE_ZOOM, extent: 8192, buffer: 64 };

/** Return true if a position lies in the theatre. */
const isInTheatre = ([x, y]) => x > WEST && x < EAST && y > SOUTH && y < NORTH;

/** Return the area of a bend or ring, reduced outside the theatre. */
const weigh = (area, points) => area * (points.some(isInTheatre) ? 1 : WEIGHT_ELSEWHERE);

/** Return the positions of a line or of several lines. */
const pointsOf = ({ geometry }) => (geometry.type === "LineString" ? geometry.coordinates : geometry.coordinates.flat());

/** Write the tiles of the base map; path: the TopoJSON file, folder: where the tiles go. */
export async function writeBaseMap(path, folder) {
  const topology = JSON.parse(await readFile(path, "utf8"));
  markPlaces(topology);
  await writeFile(join(folder, "shapes.json"), JSON.stringify(Object.values(PLACES).flatMap(Object.keys).sort()));
  const layers = Object.entries(layersOf(topology));
  const paths = layers.map(([name, data]) => [name, data.features.map(({ geometry }) => pathOf(geometry)).join("")]);
  await writeFile(join(folder, "theatre.json"), JSON.stringify(Object.fromEntries(paths)));
  const cut = layers.map(([name, data]) => [name, new GeoJSONVT(data, TILES)]);
  for (const [z, x, y] of tiles()) {
    const layersOfTile = cut.map(([name, index]) => [name, index.getTile(z, x, y)]).filter(([, tile]) => tile);
    await writeFile(join(folder, `world-${z}-${x}-${y}.pbf`), fromGeojsonVt(Object.fromEntries(layersOfTile), { version: 2, extent: TILES.extent }));
  }
}

/**
 * Return the SVG path of a shape in the theatre, in the projection of the map that the server draws (site/static_map.py).
 * Positions outside are moved to the edge of a frame around it, which does not change what is seen inside.
 */
function pathOf({ type, coordinates }) {
  if (type.startsWith("Multi")) return coordinates.map((part) => pathOf({ type: type.slice(5), coordinates: part })).join("");
  const clamp = (value, least, greatest) => Math.min(greatest, Math.max(least, value));
  const lines = type === "Polygon" ? coordinates : [coordinates];
  return lines
    .filter((line) => line.some(([x, y]) => x > 96 && x < 146 && y > 33 && y < 56))
    .map((line) => {
      const points = line.map(([x, y]) => `${Math.round((clamp(x, 92, 150) - 96) * 200) / 10},${Math.round((56 - clamp(y, 30, 59)) * 200 * Math.SQRT2) / 10}`);
      return `M${points.filter((point, n) => point !== points[n - 1]).join("L")}${type === "Polygon" ? "Z" : ""}`;
    })
    .join("");
}

/** Give the features that are places of the graph the property “place”; throws an error if one is missing. */
function markPlaces(topology) {
  const isAt = ([x, y]) => ([x1, y1]) => Math.hypot(x - x1, y - y1) < ON_RIVER;
  const holds = {
    lakes: (lake, position) => contains(feature(topology, lake).geometry, position),
    rivers: (river, positions) => positions.some((position) => pointsOf(feature(topology, river)).some(isAt(position))),
    countries: ({ id }, codes) => codes.includes(id),
  };
  for (const [layer, places] of Object.entries(PLACES)) {
    for (const [place, sign] of Object.entries(places)) {
      const found = topology.objects[layer].geometries.filter((geometry) => holds[layer](geometry, sign));
      if (!found.length) throw new Error(`no feature of the layer ${layer} is ${place}; correct its position in base-map.mjs`);
      for (const geometry of found) geometry.properties = { place };
    }
  }
}

/** Return true if the outer ring of a polygon contains a position: a ray from it crosses the ring an odd number of times. */
function contains({ type, coordinates }, [x, y]) {
  if (type !== "Polygon") return false;
  const [ring] = coordinates;
  const crosses = ([x1, y1], [x2, y2]) => y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1;
  return ring.slice(1).filter((end, n) => crosses(ring[n], end)).length % 2 === 1;
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
  const shapes = (name) => toCollection(feature(large, large.objects[name]).features);
  return {
    land: shapes("countries"), // the layer "land" has a ring around half the earth, which MapLibre cannot fill
    lakes: shapes("lakes"),
    rivers: shapes("rivers"),
    borders: toCollection([{ geometry: mesh(large, large.objects.countries, (one, other) => one !== other) }]),
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

/** Return features as GeoJSON, with no property but “place”. */
const toCollection = (features) => ({
  type: "FeatureCollection",
  features: features.map(({ geometry, properties }) => ({ type: "Feature", properties: properties?.place ? { place: properties.place } : {}, geometry: unwrap(geometry) })),
});

// Makes the base map of what Natural Earth has at 1:50 million: as it is around the theatre of the conflicts, coarser elsewhere.
// It is cut into vector tiles here, so that a browser has one to fetch and nothing to cut.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GeoJSONVT } from "@maplibre/geojson-vt";
import { fromGeojsonVt } from "@maplibre/vt-pbf";
import { feature, mesh } from "topojson-client";
import { filter, filterWeight, planarRingArea, planarTriangleArea, presimplify, simplify } from "topojson-simplify";

const [WEST, SOUTH, EAST, NORTH] = [80, 20, 160, 65];
const LAYERS = ["lakes", "rivers", "countries"];
const LEAST = 0.001; // square degrees that a bend or an island must take up in the theatre
const COARSER = 1 / 100;
const DEEPEST = 2; // tiles of 90 degrees: one holds the theatre; drawn larger, its 8192 steps are finer than the bends that are left
const TILES = { maxZoom: DEEPEST, extent: 8192, buffer: 64 };

const isInTheatre = ([x, y]) => x > WEST && x < EAST && y > SOUTH && y < NORTH;

const weigh = (area, points) => area * (points.some(isInTheatre) ? 1 : COARSER);

const pointsOf = ({ geometry }) => (geometry.type === "LineString" ? geometry.coordinates : geometry.coordinates.flat());

/** Write the tiles of the base map into a folder, of the topology in a file. */
export async function writeBaseMap(path, folder) {
  const layers = Object.entries(layersOf(JSON.parse(await readFile(path, "utf8"))));
  const cut = layers.map(([name, data]) => [name, new GeoJSONVT(data, TILES)]);
  for (const [z, x, y] of tiles()) {
    const found = cut.map(([name, index]) => [name, index.getTile(z, x, y)]).filter(([, tile]) => tile);
    await writeFile(join(folder, `world-${z}-${x}-${y}.pbf`), fromGeojsonVt(Object.fromEntries(found), { version: 2, extent: TILES.extent }));
  }
}

function* tiles() {
  for (let z = 0; z <= DEEPEST; z++) for (let x = 0; x < 2 ** z; x++) for (let y = 0; y < 2 ** z; y++) yield [z, x, y];
}

/** Return the layers of the base map as GeoJSON. */
function layersOf({ objects, ...topology }) {
  const kept = Object.fromEntries(LAYERS.map((name) => [name, objects[name]]));
  const weighed = presimplify({ ...topology, objects: kept }, (triangle) => weigh(planarTriangleArea(triangle), triangle));
  const simple = simplify(weighed, LEAST);
  const { rivers } = simple.objects;
  rivers.geometries = rivers.geometries.filter((river) => pointsOf(feature(simple, river)).some(isInTheatre));
  const large = filter(simple, filterWeight(simple, LEAST, (ring) => weigh(planarRingArea(ring), ring)));
  const shapes = (name) => bare(feature(large, large.objects[name]).features.map(({ geometry }) => goingOn(geometry)));
  return {
    land: shapes("countries"), // its layer of land has a ring around half the earth, which MapLibre cannot fill
    lakes: shapes("lakes"),
    rivers: shapes("rivers"),
    borders: bare([mesh(large, large.objects.countries, (one, other) => one !== other)]),
  };
}

/** Return a shape whose rings go on beyond 180° where they would jump to the other side of the earth, and be cut wrongly. */
function goingOn(geometry) {
  if (geometry.type === "MultiPolygon") return { ...geometry, coordinates: geometry.coordinates.map((polygon) => polygon.map(ringGoingOn)) };
  return geometry.type === "Polygon" ? { ...geometry, coordinates: geometry.coordinates.map(ringGoingOn) } : geometry;
}

function ringGoingOn(ring) {
  const jumps = ring.some(([x], n) => n > 0 && Math.abs(x - ring[n - 1][0]) > 180);
  const moved = ring.map(([x, y]) => [x < 0 ? x + 360 : x, y]);
  const xs = moved.map(([x]) => x);
  return jumps && Math.max(...xs) - Math.min(...xs) < 180 ? moved : ring; // around a pole a ring has to jump
}

const bare = (geometries) => ({
  type: "FeatureCollection",
  features: geometries.map((geometry) => ({ type: "Feature", properties: {}, geometry })),
});

// Makes the base map of what Natural Earth has at 1:50 million: as it is around the theatre of the conflicts, coarser elsewhere.
import { readFile } from "node:fs/promises";
import { feature, quantize } from "topojson-client";
import { filter, filterWeight, planarRingArea, planarTriangleArea, presimplify, simplify } from "topojson-simplify";

const [WEST, SOUTH, EAST, NORTH] = [80, 20, 160, 65];
const LAYERS = ["lakes", "rivers", "countries"];
const LEAST = 0.001; // square degrees that a bend or an island must take up in the theatre
const COARSER = 1 / 100;
const STEPS = 1e4;

const isInTheatre = ([x, y]) => x > WEST && x < EAST && y > SOUTH && y < NORTH;

const weigh = (area, points) => area * (points.some(isInTheatre) ? 1 : COARSER);

const pointsOf = ({ geometry }) => (geometry.type === "LineString" ? geometry.coordinates : geometry.coordinates.flat());

/** Return the text of the base map, of the topology in a file. */
export async function baseMap(path) {
  const { objects, ...topology } = JSON.parse(await readFile(path, "utf8"));
  const kept = Object.fromEntries(LAYERS.map((name) => [name, objects[name]]));
  const weighed = presimplify({ ...topology, objects: kept }, (triangle) => weigh(planarTriangleArea(triangle), triangle));
  const simple = simplify(weighed, LEAST);
  const { rivers } = simple.objects;
  rivers.geometries = rivers.geometries.filter((river) => pointsOf(feature(simple, river)).some(isInTheatre));
  const large = filterWeight(simple, LEAST, (ring) => weigh(planarRingArea(ring), ring));
  return JSON.stringify(quantize(filter(simple, large), STEPS));
}

/** The response of /drawings/spots.json, and its conversion to GeoJSON. */
import { sitePath } from "../shared/assets";
import { eventFilters } from "../shared/filters";
import { fetchJson, LatestRequest } from "../shared/request";

/**
 * A position at which events happened: a point, the outline of an area around another place, or the label of a shape of the
 * base map. `path` is of the page of the place or event; `inherited` is true if all events have it from what they are part of.
 */
export interface Spot {
  number: number;
  path: string;
  name: string;
  lat: number;
  long: number;
  events: number;
  form: "point" | "sector" | "band" | "near" | "lake" | "river" | "region";
  outline: [number, number][];
  shape: string;
  certainty: string;
  inherited: boolean;
  family: Family | "";
}

/** Families of events: each has a colour on the map; where several are at one spot, the first of them. */
export const FAMILIES = ["battle", "incident", "fighting", "other"] as const;

/** A family of events. */
export type Family = (typeof FAMILIES)[number];

/** A passage that states something of an event: the path of its page, and its section and first words as title. */
export interface StatingPassage {
  path: string;
  number: number;
  title: string;
}

/** An event on the map; `spots` are the numbers of its spots, `sort` is how its position is known, `passages` state most of it. */
export interface LocatedEvent {
  path: string;
  name: string;
  date: string;
  spots: number[];
  sort: "point" | "relation" | "whole" | "water" | "region";
  family: Family;
  passages: StatingPassage[];
}

/** The number of spots in a cell of a grid, their mean position and the area that holds them. */
export interface Cell {
  lat: number;
  long: number;
  places: number;
  box: Box;
}

/** An area, in degrees. */
export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** The spots in an area; `spots` is null if they are too many to name, and `cells` counts them. */
export interface SpotsResponse {
  spots: Spot[] | null;
  cells: Cell[];
  places: number;
  events: LocatedEvent[];
  total: number;
  unplaced: number;
}

/** The properties of a GeoJSON point: the index of its spot or cell (of a cluster, that of the first of its spots), the number of places and events there, and the index of the first family in FAMILIES (after the last for none). */
export interface PointProperties {
  index: number;
  places: number;
  events: number;
  inherited: boolean;
  vague: boolean;
  family: number;
}

const latestRequests = new WeakMap<HTMLElement, LatestRequest>();

/**
 * Fetch the spots under the current filters. A later call for the same host aborts an earlier one.
 * @param host The element of the map.
 * @param box The area as "west,south,east,north", in degrees; without it, everywhere.
 * @returns The spots.
 */
export function fetchSpots(host: HTMLElement, box?: string): Promise<SpotsResponse> {
  const parameters = eventFilters();
  if (box) parameters.set("box", box);
  const latest = latestRequests.get(host) ?? new LatestRequest();
  latestRequests.set(host, latest);
  return fetchJson<SpotsResponse>(sitePath(`drawings/spots.json?${parameters}`), latest.next());
}

/**
 * Return where the circle or label of a spot stands: in the middle of its outline, or at its point.
 * @param spot A spot or cell.
 * @returns Longitude and latitude.
 */
export function anchorOf(spot: Spot | Cell): [number, number] {
  if (!("outline" in spot) || !spot.outline.length) return [spot.long, spot.lat];
  const middle = (values: number[]) => (Math.min(...values) + Math.max(...values)) / 2;
  return [middle(spot.outline.map(([long]) => long)), middle(spot.outline.map(([, lat]) => lat))];
}

/**
 * Convert spots or cells to GeoJSON; shapes of the base map are left out.
 * @param all The spots or cells.
 * @returns A point for each.
 */
export function toGeoJson(all: readonly (Spot | Cell)[]): GeoJSON.FeatureCollection<GeoJSON.Point, PointProperties> {
  const features = all.flatMap((one, index) => {
    if ("shape" in one && one.shape) return [];
    const counts = "events" in one ? { places: 1, events: one.events, inherited: one.inherited, vague: one.form !== "point", family: familyIndex(one) } : { places: one.places, events: 0, inherited: false, vague: false, family: FAMILIES.length };
    return [{ type: "Feature" as const, properties: { index, ...counts }, geometry: { type: "Point" as const, coordinates: anchorOf(one) } }];
  });
  return { type: "FeatureCollection", features };
}

/**
 * Convert the outlines of spots to GeoJSON.
 * @param all The spots or cells.
 * @returns A polygon for each spot that has an outline.
 */
export function toOutlines(all: readonly (Spot | Cell)[]): GeoJSON.FeatureCollection<GeoJSON.Polygon, { family: number }> {
  const outlines = all.flatMap((one) => ("outline" in one && one.outline.length ? [{ ring: one.outline, family: familyIndex(one) }] : []));
  return { type: "FeatureCollection", features: outlines.map(({ ring, family }) => ({ type: "Feature", properties: { family }, geometry: { type: "Polygon", coordinates: [ring] } })) };
}

/**
 * Sort spots by importance: battles, incidents and others; of each those with a position of their own, then those with the most events.
 * @param all The spots or cells; cells stay in their order.
 * @returns The same, sorted.
 */
export function byImportance(all: readonly (Spot | Cell)[]): (Spot | Cell)[] {
  const key = (one: Spot | Cell) => ("events" in one ? [familyIndex(one), Number(one.inherited), -one.events] : [0, 0, 0]);
  return [...all].sort((one, other) => {
    const [mine, its] = [key(one), key(other)];
    return mine.map((value, position) => value - (its[position] ?? 0)).find((difference) => difference) ?? 0;
  });
}

/** Return the index of a spot's family in FAMILIES; the number of families for a spot without events. */
function familyIndex({ family }: Spot): number {
  return family ? FAMILIES.indexOf(family) : FAMILIES.length;
}

/**
 * Return the names of the base map's shapes at which events happened.
 * @param all The spots or cells.
 * @returns The names, as in base-map.mjs.
 */
export function shapesOf(all: readonly (Spot | Cell)[]): string[] {
  return all.flatMap((one) => ("shape" in one && one.shape ? [one.shape] : []));
}

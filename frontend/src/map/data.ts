/** What the server tells of the places under the present choice. */
import { narrowing } from "../common/choice";
import { fetchJson, Latest } from "../common/fetch";

/** A spot on the ground: a place with the number of events there, or an event that has coordinates of its own. */
export interface Spot {
  path: string;
  name: string;
  lat: number;
  long: number;
  events: number;
  value: string;
}

/** How many spots there are in a square of the map, their middle, and the part of the map that holds them. */
export interface Cell {
  lat: number;
  long: number;
  places: number;
  box: Box;
}

/** A part of the map, in degrees. */
export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** The spots in a part of the map; `spots` is null where there are too many to name, and `cells` counts them then. */
export interface Places {
  spots: Spot[] | null;
  cells: Cell[];
  places: number;
  total: number;
  unplaced: number;
}

/** Return what a map shows of places. */
export function pointsOf(places: Places): readonly (Spot | Cell)[] {
  return places.spots ?? places.cells;
}

const latest = new WeakMap<HTMLElement, Latest>();

/** Fetch the spots of the choice, in a part of the map; a later call for the same place ends an earlier one. */
export function fetchPlaces(place: HTMLElement, box?: string): Promise<Places> {
  const parameters = narrowing();
  if (box) parameters.set("box", box);
  if (!latest.has(place)) latest.set(place, new Latest());
  return fetchJson<Places>(`/drawings/spots.json?${parameters}`, latest.get(place)?.next());
}

/** What stands for a point of the map: how many places, the events of a single one, and its number in the list it is of. */
export interface Point {
  number: number;
  places: number;
  events: number;
}

/** Return spots or cells as GeoJSON points. */
export function points(all: readonly (Spot | Cell)[]): GeoJSON.FeatureCollection<GeoJSON.Point, Point> {
  return {
    type: "FeatureCollection",
    features: all.map((one, number) => ({
      type: "Feature",
      properties: { number, places: "places" in one ? one.places : 1, events: "events" in one ? one.events : 0 },
      geometry: { type: "Point", coordinates: [one.long, one.lat] },
    })),
  };
}

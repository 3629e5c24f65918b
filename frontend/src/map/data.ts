/** The response of /drawings/spots.json, and its conversion to GeoJSON. */
import { eventFilters } from "../shared/filters";
import { fetchJson, LatestRequest } from "../shared/request";

/** A place with coordinates and the number of its events, or an event with coordinates of its own; `value` filters by it. */
export interface Spot {
  path: string;
  name: string;
  lat: number;
  long: number;
  events: number;
  value: string;
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
  total: number;
  unplaced: number;
}

/** The properties of a GeoJSON point: the index of its spot or cell, and the number of places and events there. */
export interface PointProperties {
  index: number;
  places: number;
  events: number;
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
  return fetchJson<SpotsResponse>(`/drawings/spots.json?${parameters}`, latest.next());
}

/**
 * Convert spots or cells to GeoJSON.
 * @param all The spots or cells.
 * @returns A point for each.
 */
export function toGeoJson(all: readonly (Spot | Cell)[]): GeoJSON.FeatureCollection<GeoJSON.Point, PointProperties> {
  return {
    type: "FeatureCollection",
    features: all.map((one, index) => ({
      type: "Feature",
      properties: { index, places: "places" in one ? one.places : 1, events: "events" in one ? one.events : 0 },
      geometry: { type: "Point", coordinates: [one.long, one.lat] },
    })),
  };
}

/** What the server tells of the places under the present choice. */

/** A spot on the ground: a place with the number of events there, or an event that has coordinates of its own. */
export interface Spot {
  path: string;
  name: string;
  lat: number;
  long: number;
  events: number;
  value: string;
}

export interface Places {
  spots: Spot[];
  total: number;
  unplaced: number;
}

/** Return spots as GeoJSON points; each carries its number in `spots`. */
export function points(spots: readonly Spot[]): GeoJSON.FeatureCollection<GeoJSON.Point> {
  return {
    type: "FeatureCollection",
    features: spots.map(({ long, lat, events }, number) => ({
      type: "Feature",
      properties: { number, events },
      geometry: { type: "Point", coordinates: [long, lat] },
    })),
  };
}

/** Names of today's countries, seas, lakes, rivers and towns on the map. Where a label stands is chosen for legibility. */

/** A name on the base map, shown from a zoom level on. */
export interface BaseLabel {
  name: string;
  kind: "country" | "water" | "town" | "region";
  long: number;
  lat: number;
  zoom: number;
}

type Row = [name: string, kind: BaseLabel["kind"], long: number, lat: number, zoom: number];

const ROWS: Row[] = [
  ["Russia", "country", 118, 57, 2],
  ["China", "country", 108, 36, 2],
  ["Mongolia", "country", 101, 46.3, 2],
  ["North Korea", "country", 127.1, 40.1, 4],
  ["South Korea", "country", 127.9, 36.5, 4],
  ["Japan", "country", 138.3, 36.4, 3],
  ["Sea of Japan", "water", 134.5, 40, 3],
  ["Yellow Sea", "water", 123.3, 35.8, 4],
  ["Sea of Okhotsk", "water", 149, 54.5, 3],
  ["Pacific Ocean", "water", 152, 36, 2],
  ["Lake Baikal", "water", 108.3, 53.6, 4],
  ["Lake Khanka", "water", 132.393, 44.992, 3.4],
  ["Buir Lake", "water", 117.697, 47.817, 5.5],
  ["Amur River", "water", 125.2, 53.15, 4],
  ["Vladivostok", "town", 131.91, 43.13, 5],
  ["Suifenho", "town", 131.157, 44.412, 6],
];

/** Names of regions that the knowledge base gives: name, longitude and latitude. */
const REGIONS = JSON.parse(document.body.dataset.mapLabels ?? "[]") as [string, number, number][];
const ALL: Row[] = [...REGIONS.map(([name, long, lat]): Row => [name, "region", long, lat, 2]), ...ROWS];

/** All names, the most important first. */
export const BASE_LABELS: readonly BaseLabel[] = ALL.map(([name, kind, long, lat, zoom]) => ({ name, kind, long, lat, zoom }));

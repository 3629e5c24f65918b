/** The ways to look at an answer, and which of them fit it. */
import { make } from "../common/dom";
import type { Spot } from "../map/data";
import type { Event } from "../timeline/data";
import { type Answer, dayIn, numberOf, type Row } from "./answers";
import { pageOf, type Prefixes } from "./names";
import { table } from "./table";

/** A view: its name, whether it fits, and how it is drawn in a place. */
export interface View {
  name: string;
  fits: boolean;
  draw: (place: HTMLElement) => Promise<void> | void;
}

const POINT = /POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)/i;

export function viewsOf(answer: Answer, prefixes: Prefixes): View[] {
  const spots = spotsOf(answer);
  const events = eventsOf(answer);
  const numbers = answer.columns.filter((column) => answer.rows.some((row) => numberOf(row[column]) !== null));
  return [
    { name: "Table", fits: answer.columns.length > 0, draw: (place) => place.replaceChildren(table(answer, prefixes)) },
    { name: "Map", fits: spots.length > 0, draw: async (place) => (await import("./map-view")).default(place, spots) },
    { name: "Timeline", fits: events.length > 0, draw: async (place) => (await import("./timeline-view")).default(place, events) },
    { name: "Chart", fits: numbers.length > 0, draw: async (place) => (await import("./chart-view")).default(place, answer, numbers) },
    { name: "Raw", fits: answer.raw !== "", draw: (place) => place.replaceChildren(make("pre", { tabindex: "0", "aria-label": "The answer as it came" }, make("code", {}, pretty(answer)))) },
  ];
}

function pretty({ raw, mediaType }: Answer): string {
  return mediaType.endsWith("json") ? JSON.stringify(JSON.parse(raw), null, 2) : raw;
}

/** Return what to call a row, and where it leads: its first text, its first IRI. */
export function rowName(row: Row, columns: string[]): { name: string; path: string } {
  const terms = columns.map((column) => row[column]).filter((term) => term !== undefined);
  const iri = terms.find((term) => term.type === "uri")?.value;
  const text = terms.find((term) => term.type === "literal" && term["xml:lang"])?.value ?? terms.find((term) => term.type === "literal" && !term.datatype)?.value;
  return { name: text ?? iri?.split(/[/#]/).pop()?.replaceAll("-", " ") ?? "", path: iri ? pageOf(iri) : "" };
}

/** Return the rows that have a place: columns named like lat and long, or one with a WKT point. */
function spotsOf({ rows, columns }: Answer): Spot[] {
  const [lat, long] = [/^lat/i, /^(long?|lng)/i].map((like) => columns.find((column) => like.test(column)));
  return rows.flatMap((row) => {
    const point = columns.map((column) => POINT.exec(row[column]?.value ?? "")).find((match) => match);
    const at = point ? { long: Number(point[1]), lat: Number(point[2]) } : lat && long ? { lat: Number(row[lat]?.value), long: Number(row[long]?.value) } : null;
    return at && Number.isFinite(at.lat) && Number.isFinite(at.long) ? [{ ...rowName(row, columns), ...at, events: 1, value: "" }] : [];
  });
}

/** Return the rows that have days: the first column of days is the begin, the last the end. */
function eventsOf({ rows, columns }: Answer): Event[] {
  const dated = columns.filter((column) => rows.some((row) => dayIn(row[column])));
  const [first, last] = [dated[0], dated.at(-1)];
  if (!first || !last) return [];
  return rows.flatMap((row, number) => {
    const [begin, end] = [dayIn(row[first]), dayIn(row[last])];
    if (!begin && !end) return [];
    const { name, path } = rowName(row, columns);
    return [{ name, path: path || `#row-${number}`, kind: "", family: "Event", wording: null, begin, end, sure_begin: dated.length > 1 ? null : begin, sure_end: dated.length > 1 ? null : end }];
  });
}

/** The views of a query result, and which of them fit it. */
import type { Spot } from "../map/data";
import { createElement } from "../shared/dom";
import type { Event } from "../timeline/data";
import { fetchTriples, labelRow, type QueryResult, toDay, toNumber } from "./endpoint";
import type { Prefixes } from "./iris";
import { createTable } from "./table-view";

/** A view: the name of its tab, and a function that draws it into an element. */
export interface View {
  name: string;
  draw: (host: HTMLElement) => Promise<void> | void;
}

const LATITUDE = /^lat/i;
const LONGITUDE = /^(long?|lng)/i;
const WKT_POINT = /POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)/i;

/**
 * Return the views that fit a result, such as a map if it has coordinates.
 * @param result The result.
 * @param prefixes Abbreviate IRIs in the table.
 * @returns The views, in the order of their tabs.
 */
export function viewsOf(result: QueryResult, prefixes: Prefixes): View[] {
  const spots = spotsOf(result);
  const events = eventsOf(result);
  const isCoordinate = (column: string) => spots.length > 0 && (LATITUDE.test(column) || LONGITUDE.test(column));
  const numeric = result.columns.filter((column) => !isCoordinate(column) && result.rows.some((row) => toNumber(row[column]) !== null));
  const views: View[] = [];
  if (result.columns.length) views.push({ name: "Table", draw: (host) => host.replaceChildren(createTable(result, prefixes)) });
  else if (result.mediaType === "text/turtle") {
    views.push({ name: "Table", draw: async (host) => host.replaceChildren(createTable(await fetchTriples(result.query), prefixes)) });
    views.push({ name: "Graph", draw: async (host) => (await import("./graph-view")).default(host, (await fetchTriples(result.query)).rows, prefixes) });
  }
  if (spots.length) views.push({ name: "Map", draw: async (host) => (await import("./map-view")).default(host, spots) });
  if (events.length) views.push({ name: "Timeline", draw: async (host) => (await import("./timeline-view")).default(host, events) });
  if (numeric.length) views.push({ name: "Chart", draw: async (host) => (await import("./chart-view")).default(host, result, numeric) });
  if (result.raw) views.push({ name: "Raw", draw: (host) => host.replaceChildren(createRawView(result)) });
  return views;
}

/** Return the body of the response as text, JSON indented. */
function createRawView({ raw, mediaType }: QueryResult): HTMLElement {
  const text = mediaType.endsWith("json") ? JSON.stringify(JSON.parse(raw), null, 2) : raw;
  return createElement("pre", { tabindex: "0", "aria-label": "Response body" }, createElement("code", {}, text));
}

/** Return the rows that have a position: columns named like lat and long, or a column with a WKT point. */
function spotsOf({ rows, columns }: QueryResult): Spot[] {
  const [lat, long] = [LATITUDE, LONGITUDE].map((pattern) => columns.find((column) => pattern.test(column)));
  return rows.flatMap((row, number) => {
    const point = columns.map((column) => WKT_POINT.exec(row[column]?.value ?? "")).find((match) => match);
    const position = point
      ? { long: Number(point[1]), lat: Number(point[2]) }
      : { long: Number(long && row[long]?.value), lat: Number(lat && row[lat]?.value) };
    if (!Number.isFinite(position.lat) || !Number.isFinite(position.long)) return [];
    return [{ ...labelRow(row, columns), ...position, number, events: 1, form: "point", outline: [], shape: "", certainty: "", inherited: false, family: "" }];
  });
}

/** Return the rows that have a date: the first column of days is the begin, the last the end. */
function eventsOf({ rows, columns }: QueryResult): Event[] {
  const dated = columns.filter((column) => rows.some((row) => toDay(row[column])));
  const [first, last] = [dated[0], dated.at(-1)];
  if (!first || !last) return [];
  return rows.flatMap((row, index) => {
    const [begin, end] = [toDay(row[first]), toDay(row[last])];
    if (!begin && !end) return [];
    const { name, path } = labelRow(row, columns);
    const isOneColumn = dated.length === 1;
    const days = { begin, end, sure_begin: isOneColumn ? begin : null, sure_end: isOneColumn ? end : null };
    return [{ name, path: path || `#row-${index}`, kind: "", family: "Event", wording: null, ...days }];
  });
}

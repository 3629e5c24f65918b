/** The response of /drawings/timeline.json, and conversions between days and moments. */
import { classOfSide, type Side } from "../shared/sides";

/**
 * An event. It begins between `begin` and `sure_begin` and ends between `sure_end` and `end`; null means that a side is open.
 * date: as text. has_open_end: the date has no end, `end` follows from other events. whole: path of the event that it is part of.
 * sides: those whose members took part. powers: names of the states that took part. rank: 0 for the event that all are about, 1 for
 * battles, 2 for border incidents, more for others.
 */
export interface Event {
  path: string;
  name: string;
  kind: string;
  family: string;
  wording: string | null;
  begin: string | null;
  sure_begin: string | null;
  sure_end: string | null;
  end: string | null;
  date?: string;
  has_open_end?: boolean;
  whole?: string | null;
  sides?: Side[];
  place?: string;
  powers?: string;
  rank?: number;
}

/** The number of events that may have been under way in a range of days. */
export interface Bin {
  first: string;
  last: string;
  count: number;
}

/** The events under the current filters; `events` is null if they are too many to draw one by one, and `bins` counts them. */
export interface Timeline {
  total: number;
  undated: number;
  first: string | null;
  last: string | null;
  profile: Bin[];
  events: Event[] | null;
  bins: Bin[];
}

/** A range of time in milliseconds since 1970, the end excluded. */
export type Span = readonly [start: number, end: number];

export const DAY_MS = 86_400_000;

/**
 * Return the first moment of a day.
 * @param day The day as YYYY-MM-DD.
 * @returns Milliseconds since 1970.
 */
export function startOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/**
 * Return the moment at which a day ends and the next begins.
 * @param day The day as YYYY-MM-DD.
 * @returns Milliseconds since 1970.
 */
export function endOf(day: string): number {
  return startOf(day) + DAY_MS;
}

/**
 * Return the day of a moment, in UTC.
 * @param moment Milliseconds since 1970.
 * @returns The day as YYYY-MM-DD.
 */
export function dayOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}

/**
 * Write a day as "20 August 1939".
 * @param day The day as YYYY-MM-DD.
 * @returns The text.
 */
export function formatDay(day: string): string {
  return new Date(startOf(day)).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/**
 * Return the span that a timeline covers: whole years, from the first to the last day of its events.
 * @param timeline The timeline; without dated events, 1932 to 1939.
 * @returns The span.
 */
export function spanOf(timeline: Timeline): Span {
  const first = Number(timeline.first?.slice(0, 4) ?? 1932);
  const last = Number(timeline.last?.slice(0, 4) ?? 1939);
  return [Date.UTC(first, 0, 1), Date.UTC(Math.max(first, last) + 1, 0, 1)];
}

/**
 * Return the date of an event as text, or else its outermost days, after the article's wording, if there is one.
 * @param event The event.
 * @returns The text.
 */
export function formatDate(event: Event): string {
  const days = [...new Set([event.begin, event.end])].map((day) => (day ? formatDay(day) : "not given")).join(" – ");
  return event.wording ? `“${event.wording}” (${event.date ?? days})` : event.date ?? days;
}

/**
 * Return the CSS class of the colour of an event: its side, "both-sides" or "no-side".
 * @param event The event.
 * @returns The class.
 */
export function sideClass(event: Event): string {
  const [first = "", second] = event.sides ?? [];
  return second ? "both-sides" : classOfSide(first);
}

const LAST_RANK = 4;

/**
 * Return the rank of an event; events of a query result have none, and are all last.
 * @param event The event.
 * @returns 0 for the event that all are about, up to 4.
 */
export function rankOf(event: Event): number {
  return event.rank ?? LAST_RANK;
}

const COLUMNS = ["event", "kind", "date", "wording", "earliest_begin", "latest_begin", "earliest_end", "latest_end", "place", "powers", "sides", "page"];

/**
 * Convert events to a table.
 * @param events The events.
 * @returns The names of the columns, then a row for each event.
 */
export function toTable(events: readonly Event[]): (string | null)[][] {
  const rows = events.map((event) => [
    ...[event.name, event.kind, event.date ?? "", event.wording, event.begin, event.sure_begin, event.sure_end, event.end],
    ...[event.place ?? "", event.powers ?? "", (event.sides ?? []).join("; "), new URL(event.path, location.href).href],
  ]);
  return [COLUMNS, ...rows];
}

/** What the server tells of the events under the present choice, and days as numbers. */

/** An event; its begin lies between `begin` and `sure_begin`, its end between `sure_end` and `end`; null is an open side. */
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
}

/** How many events may have been under way between two days. */
export interface Bin {
  first: string;
  last: string;
  count: number;
}

/** The timeline of a choice; `events` is null where there are too many to draw one by one, and `bins` counts them then. */
export interface Timeline {
  total: number;
  undated: number;
  first: string | null;
  last: string | null;
  profile: Bin[];
  events: Event[] | null;
  bins: Bin[];
}

/** A span of time, in milliseconds since 1970, the end not included. */
export type Span = readonly [number, number];

export const DAY = 86_400_000;

/** Return the first moment of a day as 1939-08-20. */
export function startOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/** Return the last moment of a day, which is the first of the next. */
export function endOf(day: string): number {
  return startOf(day) + DAY;
}

/** Return the day that holds a moment. */
export function dayOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}

/** Return a day in words. */
export function inWords(day: string): string {
  return new Date(startOf(day)).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/** Return the span a timeline covers: whole years, a little more than its events. */
export function spanOf(timeline: Timeline): Span {
  const year = (day: string | null, other: number) => (day ? Number(day.slice(0, 4)) : other);
  const [first, last] = [year(timeline.first, 1932), year(timeline.last, 1939)];
  return [Date.UTC(first, 0, 1), Date.UTC(Math.max(first, last) + 1, 0, 1)];
}

/** A timeline of events that the page already has, such as the rows of a query result. */
import type { Bin, Event } from "./data";
import type { TimelineSource } from "./view";

const MAX_EVENTS = 3000; // more bars than that cannot be told apart, and the browser draws them slowly

/**
 * Make a source of a timeline from events.
 * @param events The events; those beyond the first 3000 are counted but not drawn.
 * @returns The source, which ignores the span that the reader chooses.
 */
export function localTimeline(events: readonly Event[]): TimelineSource {
  const days = events.flatMap((event) => [event.begin, event.end]).filter((day) => day !== null).sort();
  const data = {
    total: events.length,
    undated: 0,
    first: days[0] ?? null,
    last: days.at(-1) ?? null,
    profile: countByYear(events, days[0] ?? "1932", days.at(-1) ?? "1939"),
    events: events.slice(0, MAX_EVENTS),
    bins: [],
  };
  return { load: () => Promise.resolve({ data, view: null }), settle: () => undefined };
}

/** Count the events of each year between two days. */
function countByYear(events: readonly Event[], from: string, to: string): Bin[] {
  const bins = [];
  for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)); year++) {
    const [first, last] = [`${year}-01-01`, `${year}-12-31`];
    const count = events.filter(({ begin, end }) => (begin ?? first) <= last && (end ?? last) >= first).length;
    bins.push({ first, last, count });
  }
  return bins;
}

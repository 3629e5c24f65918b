/** Events that the page has already, as the rows of an answer, as the source of a timeline. */
import type { Event } from "./data";
import type { Source } from "./drawing";

const MOST = 3000; // more bars than that nobody tells apart, and the browser draws them slowly

export function localTimeline(events: readonly Event[]): Source {
  const days = events.flatMap((event) => [event.begin, event.end]).filter((day): day is string => day !== null).sort();
  const data = {
    total: events.length,
    undated: 0,
    first: days[0] ?? null,
    last: days.at(-1) ?? null,
    profile: years(events, days[0] ?? "1932", days.at(-1) ?? "1939"),
    events: events.slice(0, MOST),
    bins: [],
  };
  return { load: async () => ({ data, view: null }), settle: () => undefined };
}

/** Count the events of each year. */
function years(events: readonly Event[], from: string, to: string) {
  const bins = [];
  for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)); year++) {
    const [first, last] = [`${year}-01-01`, `${year}-12-31`];
    const count = events.filter(({ begin, end }) => (begin ?? first) <= last && (end ?? last) >= first).length;
    bins.push({ first, last, count });
  }
  return bins;
}

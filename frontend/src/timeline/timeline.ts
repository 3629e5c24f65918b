/**
 * Timeline of the events under the current filters, zoomable from decades to single days. The span in view becomes part of
 * the filters, so that map and list follow.
 *
 * Element: <div data-timeline data-from="1932-01-01" data-to="1939-12-31"></div>; the two days, both optional, are the first view.
 */
import { sitePath } from "../shared/assets";
import { eventFilters, onFiltersChange, setFilters } from "../shared/filters";
import { fetchJson, isAbortError, LatestRequest } from "../shared/request";
import { startWithCapital } from "../shared/text";
import { dayOf, endOf, type Span, startOf, type Timeline } from "./data";
import { TimelineView, type TimelineSource } from "./view";

/**
 * Draw the timeline and keep it up to date.
 * @param host The element with data-timeline.
 */
export default async function draw(host: HTMLElement): Promise<void> {
  const { from, to } = host.dataset;
  const view = new TimelineView(host, new FilteredEvents(from && to ? { from, to } : {}));
  await view.load();
  onFiltersChange(() => void view.load());
  new ResizeObserver(() => view.resize()).observe(host);
}

/** The events under the filters in the address. */
class FilteredEvents implements TimelineSource {
  readonly #latest = new LatestRequest();
  #firstView: Record<string, string>;

  /** Take the first and last day in view until the reader chooses others. */
  constructor(firstView: Record<string, string>) {
    this.#firstView = firstView;
  }

  /** Fetch the events; return undefined if a later call has aborted this one. */
  async load(): Promise<{ data: Timeline; view: Span | null } | undefined> {
    const parameters = eventFilters();
    if (!parameters.has("from")) for (const [name, day] of Object.entries(this.#firstView)) parameters.set(name, day);
    this.#firstView = {};
    try {
      const data = await fetchJson<Timeline>(sitePath(`drawings/timeline.json?${parameters}`), this.#latest.next());
      for (const event of data.events ?? []) event.name = startWithCapital(event.name);
      const [from, to] = [parameters.get("from"), parameters.get("to")];
      return { data, view: from && to ? [startOf(from), endOf(to)] : spanOfYears(parameters.getAll("year")) };
    } catch (error) {
      if (isAbortError(error)) return undefined;
      throw error;
    }
  }

  /** Put the span in view into the filters. */
  settle(view: Span | null): void {
    setFilters({ from: view ? dayOf(view[0]) : undefined, to: view ? dayOf(view[1] - 1) : undefined });
  }
}

/** Return the span from the first to the last of some years; null without years. */
function spanOfYears(years: readonly string[]): Span | null {
  const known = years.map(Number).filter((year) => Number.isInteger(year)).sort((one, other) => one - other);
  const [first, last] = [known[0], known.at(-1)];
  return first === undefined || last === undefined ? null : [Date.UTC(first, 0, 1), Date.UTC(last + 1, 0, 1)];
}

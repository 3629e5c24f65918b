/**
 * The timeline of events under the present choice, from decades down to a day. What is in view becomes part of the
 * choice, so that map and list follow.
 *
 * <div data-timeline data-from="1932-01-01" data-to="1939-12-31"></div>; the days are what is in view at first.
 */
import { choose, narrowing, onChoice } from "../common/choice";
import { fetchJson, isAbort, Latest } from "../common/fetch";
import { dayOf, endOf, type Span, startOf, type Timeline } from "./data";
import { Drawing, type Source } from "./drawing";

export default async function draw(place: HTMLElement): Promise<void> {
  const { from, to } = place.dataset;
  const drawing = new Drawing(place, new ChosenEvents(from && to ? { from, to } : undefined));
  await drawing.load();
  onChoice(() => void drawing.load());
  new ResizeObserver(() => drawing.fit()).observe(place);
}

/** The events of the choice in the address. */
class ChosenEvents implements Source {
  readonly #latest = new Latest();
  #atFirst: Record<string, string> | undefined;

  /** atFirst: the days in view until the reader chooses others. */
  constructor(atFirst: Record<string, string> | undefined) {
    this.#atFirst = atFirst;
  }

  async load(): Promise<{ data: Timeline; view: Span | null } | undefined> {
    const parameters = narrowing();
    if (!parameters.has("from")) for (const [name, day] of Object.entries(this.#atFirst ?? {})) parameters.set(name, day);
    this.#atFirst = undefined;
    try {
      const data = await fetchJson<Timeline>(`/drawings/timeline.json?${parameters}`, this.#latest.next());
      const [from, to] = [parameters.get("from"), parameters.get("to")];
      return { data, view: from && to ? [startOf(from), endOf(to)] : null };
    } catch (error) {
      if (isAbort(error)) return undefined;
      throw error;
    }
  }

  settle(view: Span | null): void {
    choose({ from: view ? dayOf(view[0]) : undefined, to: view ? dayOf(view[1] - 1) : undefined });
  }
}

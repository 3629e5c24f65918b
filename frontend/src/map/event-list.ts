/** Lists of events on a map: of what the reader chose, and of those in view. */
import { createButton, createElement } from "../shared/dom";
import { formatCount } from "../shared/count";
import type { LocatedEvent, Spot } from "./data";
import type { Choice } from "./spot-labels";

const SORTS: Record<LocatedEvent["sort"], string> = {
  point: "",
  relation: "roughly placed",
  whole: "where the event it is part of is",
  water: "lake or river only",
  region: "region only",
};

/**
 * Create the panel over a map that lists the events of a choice, most exact first.
 * @param choice The spots that the reader chose.
 * @param events All events on the map; empty on the map of one thing.
 * @param close The function that removes the panel.
 * @returns The panel; its heading takes the focus.
 */
export function choicePanel(choice: Choice, events: readonly LocatedEvent[], close: () => void): HTMLElement {
  const { spots, zoomIn } = choice;
  const [first, ...others] = spots;
  const title = first && !others.length ? first.name : formatCount(spots.length, "place");
  const panel = createElement("section", { class: "choice", "aria-label": title });
  const heading = createElement("h3", { tabindex: "-1" }, title);
  panel.append(createButton("×", close, { class: "close", "aria-label": "Close" }), heading);
  if (zoomIn) panel.append(createElement("p", {}, createButton("Zoom in", zoomIn)));
  for (const spot of spots) {
    const link = createElement("a", { href: spot.path }, spot.name);
    panel.append(createElement("p", {}, link, createElement("small", {}, ` ${spot.certainty}`)));
    const here = events.filter((event) => event.spots.includes(spot.number));
    if (here.length) panel.append(eventList(here));
  }
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  return panel;
}

/**
 * Create a list of events with their dates and how their positions are known.
 * @param events The events.
 * @returns The list.
 */
export function eventList(events: readonly LocatedEvent[]): HTMLElement {
  const items = events.map((event) => {
    const note = [event.date, SORTS[event.sort]].filter(Boolean).join(" · ");
    return createElement("li", {}, createElement("a", { href: event.path }, event.name), createElement("small", {}, ` ${note}`));
  });
  return createElement("ul", {}, ...items);
}

/**
 * Return the events that have at least one of some spots.
 * @param events Events.
 * @param spots The spots.
 * @returns The events, in the same order.
 */
export function eventsAt(events: readonly LocatedEvent[], spots: readonly Spot[]): LocatedEvent[] {
  const numbers = new Set(spots.map(({ number }) => number));
  return events.filter((event) => event.spots.some((number) => numbers.has(number)));
}

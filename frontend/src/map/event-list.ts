/** Lists of events on a map: of what the reader chose, and of those in view. */
import { createButton, createElement } from "../shared/dom";
import { formatCount } from "../shared/count";
import { startWithCapital } from "../shared/text";
import type { LocatedEvent, Spot, StatingPassage } from "./data";
import type { Choice } from "./spot-labels";

const SORTS: Record<LocatedEvent["sort"], string> = {
  point: "",
  relation: "roughly placed",
  whole: "where the event it is part of is",
  water: "lake or river only",
  region: "region only",
};

const LEGEND = [
  ["battle", "battle"],
  ["incident", "border incident"],
  ["fighting", "other military event"],
  ["other", "diplomacy, politics, other"],
  ["vague", "open ring, hatched: somewhere there, the extent is only drawn so"],
] as const;

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
  const title = first && !others.length ? startWithCapital(first.name) : formatCount(spots.length, "place");
  const panel = createElement("section", { class: "choice", "aria-label": title });
  const heading = createElement("h3", { tabindex: "-1" }, title);
  panel.append(createButton("×", close, { class: "plain close", "aria-label": "Close" }), heading);
  if (zoomIn) panel.append(createElement("p", {}, createButton("Zoom in", zoomIn, { class: "plain" })));
  for (const spot of spots) {
    const link = createElement("a", { href: spot.path }, startWithCapital(spot.name));
    const note = createElement("small", {}, `${spots.length > 1 ? " " : ""}${spot.certainty}`);
    if (spots.length > 1) panel.append(createElement("p", {}, link, note));
    else {
      heading.replaceChildren(link);
      panel.append(createElement("p", {}, note));
    }
    const here = events.filter((event) => event.spots.includes(spot.number));
    if (here.length) panel.append(eventList(here));
  }
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  return panel;
}

/**
 * Create a list of events with the colours of their families, their dates, how their positions are known, and the marks of passages.
 * @param events The events.
 * @returns The list.
 */
export function eventList(events: readonly LocatedEvent[]): HTMLElement {
  const items = events.map((event) => {
    const note = [event.date, SORTS[event.sort]].filter(Boolean).join(" · ");
    const dot = createElement("span", { class: `dot ${event.family}` });
    const link = createElement("a", { href: event.path }, startWithCapital(event.name));
    return createElement("li", {}, dot, link, createElement("small", {}, ` ${note} `), ...event.passages.flatMap((passage) => [passageMark(passage), " "]));
  });
  return createElement("ul", {}, ...items);
}

/** Create the mark of a passage, like those that the server writes; the script of the passage cards finds it. */
function passageMark({ path, number, title }: StatingPassage): HTMLElement {
  const [words, sign] = [createElement("span", { class: "hidden" }, `passage ${number}`), createElement("span", { "aria-hidden": "true" }, `¶${number}`)];
  return createElement("a", { class: "mark", href: path, title }, words, sign);
}

/**
 * Create the legend of a map.
 * @returns A list of the families of events with their colours, and of the other marks.
 */
export function mapLegend(): HTMLElement {
  const items = LEGEND.map(([name, meaning]) => createElement("li", {}, createElement("span", { class: `dot ${name}` }), meaning));
  return createElement("ul", { class: "key", "aria-label": "Legend of the map" }, ...items);
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

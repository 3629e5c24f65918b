/**
 * The map of the events under the present choice, or of the spots that its own page gives.
 *
 * <div data-map></div>; with data-spots (JSON: path, name, lat, long, events) it shows these and follows no choice.
 */
import { button, make } from "../common/dom";
import { choice, choose, narrowing, onChoice } from "../common/choice";
import { fetchJson, isAbort, Latest } from "../common/fetch";
import type { Places, Spot } from "./data";
import { lookAt, makeMap } from "./frame";
import { Spots } from "./spots";

export default async function draw(place: HTMLElement): Promise<void> {
  const told = make("div", { class: "told", role: "status" });
  let spots: Spots | undefined;
  const map = await makeMap(place, (ready) => {
    spots ??= new Spots(ready, (spot) => tell(told, spot, !place.dataset.spots));
    spots.addLayers();
  });
  place.append(told);
  const show = (found: readonly Spot[]) => {
    spots?.show(found);
    lookAt(map, found);
  };
  if (place.dataset.spots) return show(JSON.parse(place.dataset.spots) as Spot[]);
  const latest = new Latest();
  const load = async () => {
    try {
      const places = await fetchJson<Places>(`/drawings/spots.json?${narrowing()}`, latest.next());
      show(places.spots);
      told.replaceChildren(summary(places));
    } catch (error) {
      if (!isAbort(error)) throw error;
    }
  };
  onChoice(() => void load());
  await load();
}

/** Say how much of the choice the map can show. */
function summary(places: Places): HTMLElement {
  const many = (count: number) => `${count.toLocaleString("en")} event${count === 1 ? "" : "s"}`;
  return make(
    "p",
    { class: "quiet" },
    `${places.spots.length.toLocaleString("en")} spot${places.spots.length === 1 ? "" : "s"} with coordinates. The graph has none for ${places.unplaced.toLocaleString("en")} of ${many(places.total)}, which are not on the map.`,
  );
}

/** Tell of a spot under the map: its page, and its events. */
function tell(told: HTMLElement, spot: Spot, canNarrow: boolean): void {
  const line = make("p", {}, make("a", { href: spot.path }, spot.name));
  if (canNarrow && spot.value) {
    const events = `${spot.events.toLocaleString("en")} event${spot.events === 1 ? "" : "s"}`;
    if (document.querySelector("[data-narrow]")) {
      const isChosen = choice().get("place") === spot.value;
      line.append(" ", button(isChosen ? "show all places again" : `show only its ${events}`, () => choose({ place: isChosen ? undefined : spot.value })));
    } else {
      const query = narrowing();
      query.set("place", spot.value);
      line.append(" — ", make("a", { href: `/events?${query}` }, events));
    }
  }
  told.replaceChildren(line);
}

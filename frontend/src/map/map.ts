/**
 * The map of the events under the present choice, or of the spots that its own page gives.
 *
 * <div data-map></div>; with data-spots (JSON: path, name, lat, long, events) it shows these and follows no choice.
 */
import { button, make } from "../common/dom";
import { choice, choose, narrowing, onChoice } from "../common/choice";
import { drawn } from "../common/moments";
import { fetchJson, isAbort, Latest } from "../common/fetch";
import type { Cell, Places, Spot } from "./data";
import { inView, lookAt, makeMap } from "./frame";
import { Spots } from "./spots";

export default async function draw(place: HTMLElement): Promise<void> {
  const { spots: given } = place.dataset;
  const told = make("div", { class: "told", role: "status" });
  const latest = new Latest();
  const fetchPlaces = (box = "") => {
    const parameters = narrowing();
    if (box) parameters.set("box", box);
    return fetchJson<Places>(`/drawings/spots.json?${parameters}`, latest.next());
  };
  let fetched: Promise<Places> | undefined = given ? undefined : fetchPlaces(); // while the map is made
  let spots: Spots | undefined;
  const map = await makeMap(place, (ready) => {
    spots ??= new Spots(ready, (spot) => tell(told, spot, !given));
    spots.addLayers();
  });
  place.append(told);
  let isShown = false;
  const show = (found: readonly (Spot | Cell)[]) => {
    spots?.show(found);
    if (!isShown) map.on("idle", () => drawn("map"));
    isShown = true;
  };
  if (given) {
    const all = JSON.parse(given) as Spot[];
    show(all);
    return lookAt(map, all);
  }
  let isWhole = true; // all spots of the choice are on the map, wherever the reader looks
  const load = async (box = "") => {
    try {
      const places = await (fetched ?? fetchPlaces(box));
      const found = places.spots ?? places.cells;
      show(found);
      if (box) return;
      isWhole = places.spots !== null;
      lookAt(map, found);
      told.replaceChildren(summary(places));
    } catch (error) {
      if (!isAbort(error)) throw error;
    } finally {
      fetched = undefined;
    }
  };
  onChoice(() => void load());
  await load();
  map.on("moveend", () => isWhole || void load(inView(map)));
}

/** Say how much of the choice the map can show. */
function summary(places: Places): HTMLElement {
  const many = (count: number) => `${count.toLocaleString("en")} event${count === 1 ? "" : "s"}`;
  return make(
    "p",
    { class: "quiet" },
    `${places.places.toLocaleString("en")} spots with coordinates. ${many(places.unplaced)} of ${places.total.toLocaleString("en")} cannot be placed more exactly than the article does, and are not on the map.`,
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

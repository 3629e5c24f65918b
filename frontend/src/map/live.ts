/** A map on the page: the spots it is given, or those of the present choice, and what it tells of them below. */
import { type Map, prewarm, setWorkerUrl } from "maplibre-gl";
import { asset } from "../common/assets";
import { choice, choose, narrowing, onChoice } from "../common/choice";
import { onTheme } from "../common/colours";
import { button, make } from "../common/dom";
import { isAbort } from "../common/fetch";
import { drawn } from "../common/moments";
import { fetchPlaces, type Places, pointsOf, type Spot } from "./data";
import { inView, lookAt, makeMap } from "./frame";
import { Spots } from "./spots";
import { mapStyle } from "./style";

setWorkerUrl(asset("maplibre-gl-worker.mjs"));
prewarm(); // the worker starts while spots are fetched

/** Show spots, or what the choice has now and whenever it changes; done when all is drawn. */
export async function show(place: HTMLElement, first: Places | Spot[]): Promise<void> {
  const told = make("div", { class: "told", role: "status" });
  const followed = Array.isArray(first) ? undefined : first;
  const points = Array.isArray(first) ? first : pointsOf(first);
  const map = makeMap(place, points);
  const spots = new Spots(map, points, (spot) => tell(told, spot, Boolean(followed)));
  onTheme(() => map.setStyle(mapStyle(spots.shown), { diff: false }));
  place.append(told);
  map.on("idle", () => drawn("map"));
  if (followed) follow(place, map, spots, told, followed);
  await map.once("idle");
}

/** Show what the choice has whenever it changes, and more of it where the reader comes closer. */
function follow(place: HTMLElement, map: Map, spots: Spots, told: HTMLElement, first: Places): void {
  let isWhole = first.spots !== null; // all spots of the choice are on the map, wherever the reader looks
  const load = async (box?: string) => {
    try {
      const places = await fetchPlaces(place, box);
      spots.show(pointsOf(places));
      if (box) return;
      isWhole = places.spots !== null;
      lookAt(map, pointsOf(places));
      told.replaceChildren(summary(places));
    } catch (error) {
      if (!isAbort(error)) throw error;
    }
  };
  told.replaceChildren(summary(first));
  onChoice(() => void load());
  map.on("moveend", (event) => {
    if (!isWhole && !("isOurs" in event)) void load(inView(map));
  });
}

/** Say how much of the choice the map can show. */
function summary(places: Places): HTMLElement {
  const many = (count: number) => `${count.toLocaleString("en")} event${count === 1 ? "" : "s"}`;
  return make(
    "p",
    { class: "quiet" },
    `${places.places.toLocaleString("en")} spot${places.places === 1 ? "" : "s"} with coordinates. The graph has none for ${places.unplaced.toLocaleString("en")} of ${many(places.total)}, which are not on the map.`,
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

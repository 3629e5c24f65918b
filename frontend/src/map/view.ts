/** The map on the page: its controls, the panel with what the reader chose, the list of events in view, and a line on its content. */
import { type Map, prewarm, setWorkerUrl } from "maplibre-gl";
import { assetUrl } from "../shared/assets";
import { createButton, createElement } from "../shared/dom";
import { onFiltersChange } from "../shared/filters";
import { markDrawn } from "../shared/performance";
import { isAbortError } from "../shared/request";
import { onThemeChange } from "../shared/theme";
import { animation, createMap, showPoints, visibleBox } from "./camera";
import { formatCount } from "../shared/count";
import { anchorOf, byImportance, fetchSpots, type Spot, type SpotsResponse } from "./data";
import { addMapDownloads } from "./downloads";
import { choicePanel, eventList, eventsAt } from "./event-list";
import { type Choice, SpotLabels } from "./spot-labels";
import { mapStyle, provideHatching } from "./style";
import { YearSlider } from "./years";

const MIN_WIDTH_OF_PANEL_ON_MAP = 520; // pixels: a panel of 320 beside a spot and its label

setWorkerUrl(assetUrl("maplibre-gl-worker.mjs"));
prewarm(); // starts the worker while the spots are fetched

/**
 * Show a map.
 * @param host The element of the map.
 * @param data Fixed spots, or a response that the map replaces whenever the filters change.
 * @returns A promise that resolves once the map is drawn.
 */
export async function showMap(host: HTMLElement, data: SpotsResponse | Spot[]): Promise<void> {
  const shown = new ShownMap(host, Array.isArray(data) ? fixedResponse(data) : data);
  if (!Array.isArray(data)) shown.followFilters();
  await shown.drawn;
}

/** One map with everything around it. */
class ShownMap {
  /** Resolves once the map is drawn. */
  readonly drawn: Promise<unknown>;
  readonly #host: HTMLElement;
  readonly #map: Map;
  readonly #labels: SpotLabels;
  readonly #status = createElement("p", { class: "quiet", role: "status" });
  readonly #list = createElement("section", { class: "in-view", "aria-label": "Events in view", tabindex: "0" });
  #response: SpotsResponse;
  #panel: HTMLElement | undefined;
  #years: YearSlider | undefined;

  /** Create the map in an element. */
  constructor(host: HTMLElement, response: SpotsResponse) {
    const points = byImportance(response.spots ?? response.cells);
    this.#host = host;
    this.#response = response;
    this.#map = createMap(host, points);
    this.drawn = this.#map.once("idle");
    this.#labels = new SpotLabels(this.#map, points, (choice) => this.#showChoice(choice));
    provideHatching(this.#map);
    onThemeChange(() => this.#map.setStyle(mapStyle(this.#labels.points), { diff: false }));
    host.append(this.#status);
    addMapDownloads(host, this.#map, host.dataset.map !== undefined && host.dataset.spots === undefined);
    this.#addControls();
    this.#map.on("idle", () => markDrawn("map"));
    if (host.dataset.list === undefined) return;
    this.#years = new YearSlider();
    this.#map.getContainer().after(this.#list, this.#years.element);
    this.#listView();
    this.#map.on("moveend", () => this.#listView());
  }

  /** Fetch the spots again when the filters change, and more of them when the reader zooms in. */
  followFilters(): void {
    this.#summarize();
    onFiltersChange(() => void this.#load());
    this.#map.on("moveend", (event) => {
      if (this.#response.spots === null && !("isOurs" in event)) void this.#load(visibleBox(this.#map));
    });
  }

  /** Fetch and show the spots under the filters, in an area or everywhere. */
  async #load(box?: string): Promise<void> {
    try {
      this.#response = await fetchSpots(this.#host, box);
    } catch (error) {
      if (isAbortError(error)) return;
      throw error;
    }
    const points = byImportance(this.#response.spots ?? this.#response.cells);
    this.#labels.show(points);
    if (!box) {
      this.#closePanel();
      if (!this.#years?.isPlaying) showPoints(this.#map, points);
      this.#summarize();
    }
    this.#listView();
  }

  /** Add the buttons that zoom and reset the view. */
  #addControls(): void {
    const zoom = (step: number) => this.#map.easeTo({ zoom: this.#map.getZoom() + step, ...animation() });
    const controls = createElement(
      "div",
      { class: "controls", role: "group", "aria-label": "View of the map" },
      createButton("+", () => zoom(1), { "aria-label": "Enlarge the map" }),
      createButton("−", () => zoom(-1), { "aria-label": "Reduce the map" }),
      createButton("Reset", () => this.#reset(), { "aria-label": "Reset the map" }),
    );
    this.#map.getContainer().append(controls);
  }

  /** Show all spots again. */
  #reset(): void {
    this.#closePanel();
    showPoints(this.#map, this.#labels.points);
  }

  /** Show a panel with what the reader chose: on the side of the map where it does not cover that, or below a narrow map. */
  #showChoice(choice: Choice): void {
    this.#closePanel();
    this.#panel = choicePanel(choice, this.#response.events, () => {
      this.#closePanel();
      if (choice.button.isConnected) choice.button.focus();
      else this.#map.getCanvas().focus();
    });
    const canvas = this.#map.getContainer();
    if (canvas.clientWidth < MIN_WIDTH_OF_PANEL_ON_MAP) {
      canvas.after(this.#panel);
    } else {
      canvas.append(this.#panel);
      this.#panel.classList.toggle("left", covers(this.#panel, choice.button));
    }
    this.#panel.querySelector("h3")?.focus();
  }

  /** Remove the panel, if there is one. */
  #closePanel(): void {
    this.#panel?.remove();
    this.#panel = undefined;
  }

  /** List the events in view beside the map. */
  #listView(): void {
    const { spots, events, unplaced } = this.#response;
    const bounds = this.#map.getBounds();
    const visible = spots ? eventsAt(events, spots.filter((spot) => bounds.contains(anchorOf(spot)))) : events;
    const heading = createElement("h2", {}, `${formatCount(visible.length, "event")} in view`);
    const others = createElement("p", {}, createElement("a", { href: "#unplaced" }, `${formatCount(unplaced, "event")} not on the map`));
    this.#list.replaceChildren(heading, eventList(visible), ...(unplaced ? [others] : []));
  }

  /** Say below the map how many of the selected events it shows. */
  #summarize(): void {
    const { total, unplaced } = this.#response;
    const others = unplaced ? `; of the ${unplaced === total ? "events" : "others"}, no position is known` : "";
    this.#status.textContent = `${(total - unplaced).toLocaleString("en")} of ${formatCount(total, "event")} on the map${others}.`;
  }
}

/** Return true if an element covers a part of another one. */
function covers(one: HTMLElement, other: HTMLElement): boolean {
  const [over, under] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
  return over.left < under.right && over.right > under.left && over.top < under.bottom && over.bottom > under.top;
}

/** Return fixed spots as a response. */
function fixedResponse(spots: Spot[]): SpotsResponse {
  return { spots, cells: [], places: spots.length, events: [], total: 0, unplaced: 0 };
}

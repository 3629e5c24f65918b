/** Spots on a map: circles that join where they are close, with their names and numbers as HTML, so that they can be read and tabbed to. */
import { type GeoJSONSource, type Map, Marker } from "maplibre-gl";
import { make } from "../common/dom";
import { type Box, type Cell, type Point, points, type Spot } from "./data";
import { motion } from "./frame";
import { SPOTS } from "./style";

const MOST_LABELS = 120;
const LETTER = 8.5; // pixels that a letter of a name takes, about
const MARGIN = 16; // between a spot and its name, and behind it

type Chosen = (spot: Spot) => void;

/** The spots of one map. */
export class Spots {
  readonly #map: Map;
  readonly #chosen: Chosen;
  readonly #markers = new globalThis.Map<string, Marker>();
  #shown: readonly (Spot | Cell)[];

  constructor(map: Map, shown: readonly (Spot | Cell)[], chosen: Chosen) {
    this.#map = map;
    this.#shown = shown;
    this.#chosen = chosen;
    for (const moment of ["render", "idle"] as const) map.on(moment, () => this.#label());
  }

  get shown(): readonly (Spot | Cell)[] {
    return this.#shown;
  }

  show(all: readonly (Spot | Cell)[]): void {
    this.#shown = all;
    this.#map.getSource<GeoJSONSource>(SPOTS)?.setData(points(all));
  }

  /** Give every circle in sight its label: a button that looks closer, or a name that tells of the spot. */
  #label(): void {
    if (!this.#map.getSource(SPOTS) || !this.#map.isSourceLoaded(SPOTS)) return;
    const seen = new Set<string>();
    for (const found of this.#map.queryRenderedFeatures({ layers: [SPOTS] }).slice(0, MOST_LABELS)) {
      const properties = found.properties as Point & { cluster_id?: number };
      const [long, lat] = (found.geometry as GeoJSON.Point).coordinates as [number, number];
      const one = properties.cluster_id === undefined ? this.#shown[properties.number] : undefined;
      const spot = one && "path" in one ? one : undefined;
      const key = spot ? spot.path : `${long} ${lat} ${properties.places}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (this.#markers.has(key)) continue;
      const closer = () => (one && "box" in one ? this.#fit(one.box) : void this.#expand(properties.cluster_id, [long, lat]));
      const element = spot ? this.#name(spot) : cluster(properties.places, closer);
      const isFarRight = spot !== undefined && this.#hasMoreRoomBefore([long, lat], spot.name.length * LETTER + MARGIN);
      element.classList.toggle("before", isFarRight);
      const marker = new Marker({ element, anchor: !spot ? "center" : isFarRight ? "right" : "left" }).setLngLat([long, lat]).addTo(this.#map);
      this.#markers.set(key, marker);
    }
    for (const [key, marker] of this.#markers) {
      if (seen.has(key)) continue;
      marker.remove();
      this.#markers.delete(key);
    }
  }

  /** Tell whether a name should stand left of its spot: it does not fit on the right, and there is more room on the left. */
  #hasMoreRoomBefore(at: [number, number], width: number): boolean {
    const { x } = this.#map.project(at);
    const right = this.#map.getContainer().clientWidth - x;
    return right < width && x > right;
  }

  #name(spot: Spot): HTMLElement {
    const count = `, ${spot.events.toLocaleString("en")} event${spot.events === 1 ? "" : "s"}`;
    const label = make("button", { type: "button", class: "spot" }, spot.name, make("span", { class: "hidden" }, count));
    label.addEventListener("click", () => this.#chosen(spot));
    return label;
  }

  #fit({ west, south, east, north }: Box): void {
    this.#map.fitBounds([west, south, east, north], { padding: 60, ...motion() });
  }

  async #expand(id: number | undefined, center: [number, number]): Promise<void> {
    if (id === undefined) return;
    const zoom = await this.#map.getSource<GeoJSONSource>(SPOTS)?.getClusterExpansionZoom(id);
    if (zoom !== undefined) this.#map.easeTo({ center, zoom, ...motion() });
  }
}

/** Make the label of several places that are shown as one. */
function cluster(places: number, closer: () => void): HTMLElement {
  const label = make("button", { type: "button", class: "cluster", "aria-label": `${places.toLocaleString("en")} places close together; look closer` }, places.toLocaleString("en"));
  label.addEventListener("click", closer);
  return label;
}

/** Spots on a map: circles that join where they are close, with their names and numbers as HTML, so that they can be read and tabbed to. */
import { type GeoJSONSource, type Map, Marker } from "maplibre-gl";
import { colour } from "../common/colours";
import { make } from "../common/dom";
import { points, type Spot } from "./data";

const SOURCE = "spots";
const MOST_LABELS = 120;
const LETTER = 8; // pixels that a letter of a name takes, about

type Chosen = (spot: Spot) => void;

/** The spots of one map. */
export class Spots {
  readonly #map: Map;
  readonly #chosen: Chosen;
  readonly #markers = new globalThis.Map<string, Marker>();
  #spots: readonly Spot[] = [];

  constructor(map: Map, chosen: Chosen) {
    this.#map = map;
    this.#chosen = chosen;
    for (const moment of ["render", "idle"] as const) map.on(moment, () => this.#label());
  }

  /** Put the source and the layers of the spots on the map, again after a change of style. */
  addLayers(): void {
    if (this.#map.getSource(SOURCE)) return;
    this.#map.addSource(SOURCE, {
      type: "geojson",
      data: points(this.#spots),
      cluster: true,
      clusterRadius: 34,
    });
    this.#map.addLayer({
      id: SOURCE,
      type: "circle",
      source: SOURCE,
      paint: {
        "circle-color": colour("--spot"),
        "circle-opacity": 0.8,
        "circle-stroke-color": colour("--paper"),
        "circle-stroke-width": 1.5,
        "circle-radius": ["interpolate", ["linear"], ["sqrt", ["coalesce", ["get", "point_count"], ["get", "events"]]], 0, 5, 1, 6, 10, 18, 100, 34],
      },
    });
  }

  show(spots: readonly Spot[]): void {
    this.#spots = spots;
    this.#map.getSource<GeoJSONSource>(SOURCE)?.setData(points(spots));
  }

  /** Give every circle in sight its label: a button that looks closer, or a name that tells of the spot. */
  #label(): void {
    if (!this.#map.getSource(SOURCE) || !this.#map.isSourceLoaded(SOURCE)) return;
    const seen = new Set<string>();
    for (const found of this.#map.queryRenderedFeatures({ layers: [SOURCE] }).slice(0, MOST_LABELS)) {
      const properties = found.properties as { cluster?: boolean; cluster_id: number; point_count: number; number: number };
      const [long, lat] = (found.geometry as GeoJSON.Point).coordinates as [number, number];
      const spot = properties.cluster ? undefined : this.#spots[properties.number];
      const key = spot ? spot.path : `cluster ${properties.cluster_id} ${properties.point_count}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (this.#markers.has(key)) continue;
      const element = spot ? this.#name(spot) : this.#cluster(properties.cluster_id, properties.point_count, [long, lat]);
      const isFarRight = Boolean(spot) && this.#hasMoreRoomBefore([long, lat], (spot as Spot).name.length * LETTER);
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

  #cluster(id: number, places: number, at: [number, number]): HTMLElement {
    const words = `${places.toLocaleString("en")} places close together; look closer`;
    const label = make("button", { type: "button", class: "cluster", "aria-label": words }, places.toLocaleString("en"));
    label.addEventListener("click", async () => {
      const zoom = await this.#map.getSource<GeoJSONSource>(SOURCE)?.getClusterExpansionZoom(id);
      if (zoom !== undefined) this.#map.easeTo({ center: at, zoom });
    });
    return label;
  }
}

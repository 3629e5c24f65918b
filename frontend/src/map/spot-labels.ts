/** Labels of the spots on a map. Circles close to each other are clustered; names and counts are HTML buttons, reachable by the Tab key. */
import { type GeoJSONSource, type Map, Marker } from "maplibre-gl";
import { createElement } from "../shared/dom";
import { animation } from "./camera";
import { type Cell, type PointProperties, type Spot, toGeoJson } from "./data";
import { SPOTS } from "./style";

const MAX_LABELS = 120;
const LETTER_WIDTH = 8.5; // average, in pixels
const MARGIN = 16; // pixels between a spot and its name, and after the name

/** The labels of one map. */
export class SpotLabels {
  readonly #map: Map;
  readonly #onChoose: (spot: Spot) => void;
  readonly #markers = new globalThis.Map<string, Marker>();
  #points: readonly (Spot | Cell)[];

  /** Label the points that the map shows now; `onChoose` is called when the reader presses the name of a spot. */
  constructor(map: Map, points: readonly (Spot | Cell)[], onChoose: (spot: Spot) => void) {
    this.#map = map;
    this.#points = points;
    this.#onChoose = onChoose;
    for (const moment of ["render", "idle"] as const) map.on(moment, () => this.#update());
  }

  /** The points on the map. */
  get points(): readonly (Spot | Cell)[] {
    return this.#points;
  }

  /** Replace the points on the map. */
  show(points: readonly (Spot | Cell)[]): void {
    this.#points = points;
    void this.#map.getSource<GeoJSONSource>(SPOTS)?.setData(toGeoJson(points));
  }

  /** Add a label to each circle in view and remove the labels of others. */
  #update(): void {
    if (!this.#map.getSource(SPOTS) || !this.#map.isSourceLoaded(SPOTS)) return;
    const visible = new Set<string>();
    for (const feature of this.#map.queryRenderedFeatures({ layers: [SPOTS] }).slice(0, MAX_LABELS)) {
      const properties = feature.properties as PointProperties & { cluster_id?: number };
      const position = (feature.geometry as GeoJSON.Point).coordinates as [number, number];
      const point = properties.cluster_id === undefined ? this.#points[properties.index] : undefined;
      const spot = point && "path" in point ? point : undefined;
      const key = spot ? spot.path : `${position.join(" ")} ${properties.places}`;
      if (visible.has(key)) continue;
      visible.add(key);
      if (this.#markers.has(key)) continue;
      const zoomIn = () => (point && "box" in point ? this.#showCell(point) : void this.#expand(properties.cluster_id, position));
      const marker = spot ? this.#nameMarker(spot, position) : new Marker({ element: clusterButton(properties.places, zoomIn) });
      this.#markers.set(key, marker.setLngLat(position).addTo(this.#map));
    }
    for (const [key, marker] of this.#markers) {
      if (visible.has(key)) continue;
      marker.remove();
      this.#markers.delete(key);
    }
  }

  /** Create the label of a spot: right of it, or left where it does not fit on the right and the left has more space. */
  #nameMarker(spot: Spot, position: [number, number]): Marker {
    const { x } = this.#map.project(position);
    const spaceRight = this.#map.getContainer().clientWidth - x;
    const isLeft = spaceRight < spot.name.length * LETTER_WIDTH + MARGIN && x > spaceRight;
    const count = `, ${spot.events.toLocaleString("en")} event${spot.events === 1 ? "" : "s"}`;
    const element = createElement("button", { type: "button", class: isLeft ? "spot before" : "spot" }, spot.name, createElement("span", { class: "hidden" }, count));
    element.addEventListener("click", () => this.#onChoose(spot));
    return new Marker({ element, anchor: isLeft ? "right" : "left" });
  }

  /** Move the view to the area of a cell. */
  #showCell({ box: { west, south, east, north } }: Cell): void {
    this.#map.fitBounds([west, south, east, north], { padding: 60, ...animation() });
  }

  /** Zoom in until a cluster is separated. */
  async #expand(id: number | undefined, center: [number, number]): Promise<void> {
    if (id === undefined) return;
    const zoom = await this.#map.getSource<GeoJSONSource>(SPOTS)?.getClusterExpansionZoom(id);
    if (zoom !== undefined) this.#map.easeTo({ center, zoom, ...animation() });
  }
}

/** Create the label of several places shown as one circle. */
function clusterButton(places: number, zoomIn: () => void): HTMLElement {
  const number = places.toLocaleString("en");
  const button = createElement("button", { type: "button", class: "cluster", "aria-label": `${number} places close together; zoom in` }, number);
  button.addEventListener("click", zoomIn);
  return button;
}

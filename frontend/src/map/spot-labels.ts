/**
 * Labels on a map: names of its spots, counts of clusters, and names on the base map. Names and counts of spots are HTML buttons,
 * reachable by the Tab key. A name stands right of its spot, left of it, above or below, where it covers no other spot or name; if there
 * is no such side, only the spot is shown, but battles always have their names.
 */
import { type GeoJSONSource, type Map, Marker } from "maplibre-gl";
import { createElement } from "../shared/dom";
import { startWithCapital } from "../shared/text";
import { animation } from "./camera";
import { anchorOf, type Cell, type PointProperties, type Spot } from "./data";
import { BASE_LABELS } from "./labels";
import { setPoints, SPOTS } from "./style";

const MAX_LABELS = 120;
const MAX_LEAVES = 200; // spots of a cluster that are listed
const LETTER_WIDTH = 7; // average of a name on the base map, in pixels
const LINE_HEIGHT = 17; // pixels
const SIDES = ["right", "left", "above", "below"] as const;
const ANCHORS = { right: "left", left: "right", above: "bottom", below: "top" } as const; // of a marker on a side of its spot
const SHIFTS = [0, 20, -20]; // pixels down, of the name of a shape, until it covers no other
const MAX_LABEL_WIDTH = 250; // pixels; longer names have several lines
const MAX_LABEL_SHARE = 0.45; // of the width of the map
const MARGIN = 14; // pixels between a spot and its name, and after the name
const MAIN_FAMILY = "battle"; // spots of this family always have their names
const WATER_GAP = 22; // pixels from the middle of a lake or river to a name beside it
const NAME_SIZE = 0.8; // of the font of the names of spots, as in visual.css, in rem
const RADIUS = 12; // pixels by which the button of a spot reaches beyond its centre, to cover the circle
const brush = document.createElement("canvas").getContext("2d");

/**
 * What the reader chose on the map: a spot, or a cluster of them with a function that zooms in until it is separated. `button` is
 * the label that was pressed.
 */
export interface Choice {
  spots: Spot[];
  button: HTMLElement;
  zoomIn?: () => void;
}

/** A rectangle on the screen that a label covers. */
interface Rectangle {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Where the name of a spot stands. */
type Side = (typeof SIDES)[number];

/** The labels of one map. */
export class SpotLabels {
  readonly #map: Map;
  readonly #onChoose: (choice: Choice) => void;
  readonly #markers = new globalThis.Map<string, Marker>();
  #points: readonly (Spot | Cell)[];

  /** Label the points that the map shows now; `onChoose` is called when the reader presses the name or count of spots. */
  constructor(map: Map, points: readonly (Spot | Cell)[], onChoose: (choice: Choice) => void) {
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
    for (const marker of this.#markers.values()) marker.remove();
    this.#markers.clear();
    setPoints(this.#map, points);
  }

  /** Add a label to each circle, shape and name in view, as long as it covers no other, and remove all other labels. */
  #update(): void {
    if (!this.#map.getSource(SPOTS) || !this.#map.isSourceLoaded(SPOTS)) return;
    const visible = new Set<string>();
    const taken: Rectangle[] = [];
    const names = new Set<string>();
    const found = this.#map.queryRenderedFeatures({ layers: [SPOTS] });
    const circles = found.sort((one, other) => (one.properties as PointProperties).index - (other.properties as PointProperties).index).slice(0, MAX_LABELS);
    for (const { geometry } of circles) taken.push(this.#rectangle((geometry as GeoJSON.Point).coordinates as [number, number], 0));
    for (const feature of circles) {
      const properties = feature.properties as PointProperties & { cluster_id?: number };
      const position = (feature.geometry as GeoJSON.Point).coordinates as [number, number];
      const point = properties.cluster_id === undefined ? this.#points[properties.index] : undefined;
      if (point && "path" in point) {
        names.add(point.name);
        const side = this.#freeSide(point, position, taken);
        this.#place(visible, `${point.number} ${point.path} ${side ?? ""}`, position, () => this.#nameMarker(point, side));
      } else {
        const first = this.#points[properties.index];
        const choose = (button: HTMLElement) => (point && "box" in point ? this.#showCell(point) : void this.#chooseCluster(properties.cluster_id, position, button));
        if (properties.cluster_id !== undefined && first && "path" in first) {
          const text = nameOfCluster(first, properties);
          const side = this.#freeSide(first, position, taken, text) ?? (first.family === MAIN_FAMILY ? "right" : undefined);
          if (side) {
            names.add(first.name);
            this.#place(visible, `${text} of ${position.join(" ")} ${side}`, position, () => this.#clusterName(text, side, choose));
          }
        }
        this.#place(visible, `${position.join(" ")} ${properties.places}`, position, () => new Marker({ element: clusterButton(properties, choose) }));
      }
    }
    for (const spot of this.#points) {
      if (!("shape" in spot) || !spot.shape) continue;
      names.add(spot.name);
      const area = this.#rectangle(anchorOf(spot), spot.name.length / 2);
      const moved = (down: number) => ({ ...area, top: area.top + down, bottom: area.bottom + down });
      const shift = SHIFTS.find((down) => !taken.some((other) => overlaps(moved(down), other))) ?? 0;
      taken.push(moved(shift));
      this.#place(visible, spot.path, anchorOf(spot), () => new Marker({ element: this.#nameButton(spot, "spot shape"), offset: [0, shift] }));
    }
    for (const { name, kind, long, lat, zoom } of BASE_LABELS) {
      if (this.#map.getZoom() < zoom || names.has(name)) continue;
      const area = this.#rectangle([long, lat], name.length / 2);
      const half = (area.right - area.left) / 2;
      const shifts = kind === "town" ? [half] : kind === "water" ? [0, half + WATER_GAP, -half - WATER_GAP] : [0];
      const moved = (right: number) => ({ ...area, left: area.left + right, right: area.right + right });
      const shift = shifts.find((right) => !taken.some((other) => overlaps(moved(right), other)));
      if (shift === undefined) continue;
      taken.push(moved(shift));
      this.#place(visible, `base ${name} ${shift}`, [long, lat], () => new Marker({ element: baseLabel(name, kind), ...(kind === "town" ? { anchor: "left" } : { offset: [shift, 0] }) }));
    }
    for (const [key, marker] of this.#markers) {
      if (visible.has(key)) continue;
      marker.remove();
      this.#markers.delete(key);
    }
  }

  /** Keep the label with a key, or create it at a position. */
  #place(visible: Set<string>, key: string, position: [number, number], create: () => Marker): void {
    if (visible.has(key)) return;
    visible.add(key);
    if (!this.#markers.has(key)) this.#markers.set(key, create().setLngLat(position).addTo(this.#map));
  }

  /** Return what a label of some letters to each side of a position covers. */
  #rectangle(position: [number, number], letters: number): Rectangle {
    const { x, y } = this.#map.project(position);
    const half = Math.max(letters * LETTER_WIDTH, MARGIN);
    return { left: x - half, right: x + half, top: y - LINE_HEIGHT / 2, bottom: y + LINE_HEIGHT / 2 };
  }

  /**
   * Return the side of a spot on which its name covers nothing that is taken and is inside the map, and take that area; undefined if
   * there is none. A battle without such a side has its name on the right or left.
   */
  #freeSide(spot: Spot, position: [number, number], taken: Rectangle[], text = spot.name): Side | undefined {
    const { clientWidth, clientHeight } = this.#map.getContainer();
    const isInside = ({ left, right, top, bottom }: Rectangle) => left >= 0 && right <= clientWidth && top >= 0 && bottom <= clientHeight;
    const areas = SIDES.map((side) => [side, this.#nameArea(text, position, side)] as const);
    const free = areas.find(([, area]) => isInside(area) && !taken.some((other) => overlaps(area, other)));
    const chosen = free ?? (spot.family === MAIN_FAMILY ? areas.find(([, area]) => isInside(area)) : undefined);
    if (chosen) taken.push(chosen[1]);
    return chosen?.[0];
  }

  /** Return what a name on one side of a position covers. */
  #nameArea(name: string, position: [number, number], side: Side): Rectangle {
    const { x, y } = this.#map.project(position);
    const text = widthOfName(name);
    const width = Math.min(text, MAX_LABEL_WIDTH, MAX_LABEL_SHARE * this.#map.getContainer().clientWidth);
    const height = Math.ceil(text / width) * LINE_HEIGHT;
    if (side === "above" || side === "below") {
      const top = side === "above" ? y - MARGIN - height : y + MARGIN;
      return { left: x - width / 2, right: x + width / 2, top, bottom: top + height };
    }
    const left = side === "left" ? x - width - MARGIN : x + MARGIN;
    return { left, right: left + width, top: y - height / 2, bottom: y + height / 2 };
  }

  /** Create the label of a spot, on one side of it; without a side, a button on the spot without visible name. */
  #nameMarker(spot: Spot, side: Side | undefined): Marker {
    if (!side) return new Marker({ element: this.#nameButton(spot, "spot silent") });
    const shift = side === "right" || side === "below" ? -RADIUS : RADIUS;
    const element = this.#nameButton(spot, side === "right" ? "spot" : `spot ${side === "left" ? "before" : side}`);
    return new Marker({ element, anchor: ANCHORS[side], offset: side === "right" || side === "left" ? [shift, 0] : [0, shift] });
  }

  /** Create the name of a cluster, on one side of it. */
  #clusterName(text: string, side: Side, choose: (button: HTMLElement) => void): Marker {
    const distance = side === "right" || side === "below" ? MARGIN : -MARGIN;
    const element = createElement("button", { type: "button", class: side === "right" ? "spot named" : `spot ${side === "left" ? "before" : side} named` }, createElement("span", {}, text));
    element.addEventListener("click", () => choose(element));
    return new Marker({ element, anchor: ANCHORS[side], offset: side === "right" || side === "left" ? [distance, 0] : [0, distance] });
  }

  /** Create the button with the name of a spot, and a question mark if its position is uncertain. */
  #nameButton(spot: Spot, style: string): HTMLElement {
    const count = spot.events ? `, ${spot.events.toLocaleString("en")} event${spot.events === 1 ? "" : "s"}` : "";
    const hint = spot.certainty ? `${count}; ${spot.certainty}` : count;
    const mark = spot.form === "point" || !spot.events ? "" : "\u00A0?";
    const isSilent = style.endsWith("silent");
    const name = createElement("span", { class: isSilent ? "hidden" : undefined }, startWithCapital(spot.name), createElement("span", { "aria-hidden": "true" }, mark));
    const title = isSilent ? startWithCapital(spot.name) : spot.certainty || undefined;
    const element = createElement("button", { type: "button", class: style, title }, name, createElement("span", { class: "hidden" }, hint));
    element.addEventListener("click", () => this.#onChoose({ spots: [spot], button: element }));
    return element;
  }

  /** Move the view to the area of a cell. */
  #showCell({ box: { west, south, east, north } }: Cell): void {
    this.#map.fitBounds([west, south, east, north], { padding: 60, ...animation() });
  }

  /** Choose the spots of a cluster. */
  async #chooseCluster(id: number | undefined, center: [number, number], button: HTMLElement): Promise<void> {
    const source = this.#map.getSource<GeoJSONSource>(SPOTS);
    if (id === undefined || !source) return;
    const [zoom, leaves] = await Promise.all([source.getClusterExpansionZoom(id), source.getClusterLeaves(id, MAX_LEAVES, 0)]);
    const points = leaves.map((leaf) => this.#points[(leaf.properties as PointProperties).index]);
    const zoomIn = zoom <= this.#map.getMaxZoom() ? () => void this.#map.easeTo({ center, zoom, ...animation() }) : undefined;
    this.#onChoose({ button, spots: points.flatMap((point) => (point && "path" in point ? [point] : [])), ...(zoomIn && { zoomIn }) });
  }
}

/** Return true if two rectangles have a common part. */
function overlaps(one: Rectangle, other: Rectangle): boolean {
  return one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top;
}

/** Return the name of a cluster: that of its first spot, and the number of the other events there, or of places. */
function nameOfCluster(first: Spot, { places, events }: PointProperties): string {
  return `${startWithCapital(first.name)} and ${(Math.max(places, events) - 1).toLocaleString("en")} more`;
}

/** Return the width of the name of a spot in one line, in pixels. */
function widthOfName(name: string): number {
  if (!brush) return name.length * LETTER_WIDTH;
  const root = getComputedStyle(document.documentElement);
  brush.font = `600 ${NAME_SIZE * parseFloat(root.fontSize)}px ${root.getPropertyValue("--sans")}`;
  return brush.measureText(name).width;
}

/** Create a name on the base map, which screen readers skip. */
function baseLabel(name: string, kind: string): HTMLElement {
  return createElement("span", { class: `base-label ${kind}`, "aria-hidden": "true" }, name);
}

/** Create the label of several places shown as one circle: the number of their events, or of the places. */
function clusterButton({ places, events }: PointProperties, choose: (button: HTMLElement) => void): HTMLElement {
  const [number, total] = [places.toLocaleString("en"), events.toLocaleString("en")];
  const label = events ? `${number} places close together, ${total} events; list them` : `${number} places close together; zoom in`;
  const button = createElement("button", { type: "button", class: "cluster", "aria-label": label }, events >= places ? total : number);
  button.addEventListener("click", () => choose(button));
  return button;
}

/**
 * The network as an order of battle: events by date in the middle, the actors of one side left and those of the other side right of
 * them, with arrows from actors to events. Positions depend on the data alone. On a narrow screen, actors stand below each event.
 */
import { truncateMiddle } from "../shared/chart-image";
import { classOfSide, labelOfSide, marksOf, type Side, SIDE_NAMES } from "../shared/sides";
import { createSvg } from "../shared/svg";
import type { Actor, Neighbourhood, Node } from "./data";

const NARROW_PX = 720;
const ROW = 38; // height of an actor or event with the line below it, in pixels
const LINE = 15;
const HEADING = 28;
const LETTER_WIDTH = 6.7; // average, in pixels
const BOLD_LETTER_WIDTH = 7.5;
const EDGES = { left: 0.27, eventLeft: 0.34, eventRight: 0.66, right: 0.73 }; // of columns, as shares of the width

/**
 * Draw a part of the network.
 * @param part What to draw.
 * @param centre The IRI of the node that is emphasized.
 * @param width The width in pixels.
 * @param name The text alternative.
 * @returns The drawing; groups of the class "node" have the IRI of their node in data-iri.
 */
export function drawNetwork(part: Neighbourhood, centre: string, width: number, name: string): SVGSVGElement {
  const image = createSvg("svg", { class: "network", role: "img", width, "aria-label": name });
  const height = width < NARROW_PX ? drawList(image, part, centre, width) : drawColumns(image, part, centre, width);
  image.setAttribute("height", String(height));
  return image;
}

/** Draw three columns and return their height. */
function drawColumns(image: SVGSVGElement, { events, actors, edges }: Neighbourhood, centre: string, width: number): number {
  const eventTops = new Map(events.map(({ iri }, position) => [iri, HEADING + position * ROW]));
  const wanted = (actor: Actor) => {
    const tops = edges.filter(({ source }) => source === actor.node.iri).map(({ target }) => eventTops.get(target) ?? 0);
    return tops.reduce((sum, top) => sum + top, 0) / tops.length;
  };
  const actorTops = new Map<string, number>();
  let bottom = HEADING + events.length * ROW;
  const known = actors.map(({ side }) => (SIDE_NAMES.includes(side) ? side : ""));
  const columns = [true, false].map((isLeft) => [[...SIDE_NAMES, ""].filter((side) => isOnLeft(side) === isLeft), isLeft] as const);
  const texts: SVGElement[] = [];
  for (const [sides, isLeft] of columns) {
    let top = 0;
    for (const side of sides) {
      const own = actors.filter((_, number) => known[number] === side).sort((one, other) => wanted(one) - wanted(other));
      if (!own.length) continue;
      const heading = createText(`${labelOfSide(side)} ${marksOf([side])}`.trim(), isLeft ? width * EDGES.left : width * EDGES.right, top + 16, `heading ${classOfSide(side)}`);
      if (isLeft) heading.setAttribute("text-anchor", "end");
      texts.push(heading);
      top += HEADING;
      for (const actor of own) {
        top = Math.max(top, Math.min(wanted(actor), HEADING + events.length * ROW - ROW * 0.5) - own.length * 2);
        actorTops.set(actor.node.iri, top);
        texts.push(createActor(actor, top, width, isLeft, actor.node.iri === centre));
        top += ROW;
      }
      bottom = Math.max(bottom, top);
    }
  }
  const sideOf = new Map(actors.map((actor) => [actor.node.iri, actor.side]));
  for (const { source, target, side, words } of edges) {
    const isLeft = isOnLeft(sideOf.get(source) ?? "");
    const start = [width * (isLeft ? EDGES.left : EDGES.right) + (isLeft ? 10 : -10), (actorTops.get(source) ?? 0) + 12] as const;
    const end = [width * (isLeft ? EDGES.eventLeft : EDGES.eventRight) + (isLeft ? -3 : 3), (eventTops.get(target) ?? 0) + 15] as const;
    image.append(createArrow(start, end, isLeft, classOfSide(side), source, target, words));
  }
  for (const event of events) image.append(createEvent(event, eventTops.get(event.iri) ?? 0, width, event.iri === centre));
  image.append(...texts);
  return bottom + 8;
}

/** Return true if a side stands left of the events: the first, the third and so on, and what has no side. */
function isOnLeft(side: Side): boolean {
  return SIDE_NAMES.indexOf(side) % 2 !== 1;
}

/** Return an arrow between two points. */
function createArrow(
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  isLeft: boolean,
  side: string,
  source: string,
  target: string,
  words: string,
): SVGGElement {
  const step = isLeft ? 6 : -6;
  const middle = (x1 + x2) / 2;
  const line = createSvg("path", { class: "line", d: `M${x1},${y1}C${middle},${y1} ${middle},${y2} ${x2 - step},${y2}` });
  const head = createSvg("path", { class: "head", d: `M${x2},${y2}l${-step - Math.sign(step)},-4v8Z` });
  const arrow = createSvg("g", { class: `edge ${side}`, "data-source": source, "data-target": target }, line, head);
  arrow.append(createSvg("title", {}, words));
  return arrow;
}

/** Return an actor with its roles in the column of its side. */
function createActor({ node, side, power, roles }: Actor, top: number, width: number, isLeft: boolean, isCentre: boolean): SVGGElement {
  const edge = width * (isLeft ? EDGES.left : EDGES.right);
  const room = width * EDGES.left - 16;
  const group = createSvg("g", { class: `node ${classOfSide(side)}${isCentre ? " centre" : ""}`, "data-iri": node.iri });
  const shape = node.kind === "person" ? createSvg("circle", { cx: edge + (isLeft ? 4 : -4), cy: top + 12, r: 4 }) : createSvg("rect", { x: edge + (isLeft ? 0 : -8), y: top + 8, width: 8, height: 8 });
  const x = isLeft ? edge - 6 : edge + 6;
  const below = [roles, power && power !== node.name ? `for ${power}` : ""].filter(Boolean).join("; ");
  const texts = [createText(node.name, x, top + 16, "name", room), createText(below, x, top + 16 + LINE, "below", room)];
  if (isLeft) for (const text of texts) text.setAttribute("text-anchor", "end");
  const area = createSvg("rect", { class: "area", x: isLeft ? edge - room : edge - 8, y: top, width: room + 8, height: ROW - 2 });
  group.append(area, shape, ...texts, createSvg("title", {}, [node.name, below].filter(Boolean).join(": ")));
  return group;
}

/** Return an event with its date in the middle column. */
function createEvent(event: Node, top: number, width: number, isCentre: boolean): SVGGElement {
  const [left, right] = [width * EDGES.eventLeft, width * EDGES.eventRight];
  const group = createSvg("g", { class: `node event${isCentre ? " centre" : ""}`, "data-iri": event.iri });
  const room = right - left - 12;
  const middle = (left + right) / 2;
  const texts = [createText(event.name, middle, top + 13, "name", (room * LETTER_WIDTH) / BOLD_LETTER_WIDTH), createText(event.date || "no date given", middle, top + 13 + LINE, "below", room)];
  for (const text of texts) text.setAttribute("text-anchor", "middle");
  group.append(createSvg("rect", { class: "box", x: left, y: top - 1, width: right - left, height: ROW - 4, rx: 3 }), ...texts, createSvg("title", {}, event.name));
  return group;
}

/** Draw each event with its actors below it, and return the height. */
function drawList(image: SVGSVGElement, { events, actors, edges }: Neighbourhood, centre: string, width: number): number {
  let top = 0;
  for (const event of events) {
    const group = createSvg("g", { class: `node event${event.iri === centre ? " centre" : ""}`, "data-iri": event.iri });
    group.append(createSvg("rect", { class: "area", x: 0, y: top, width, height: 34 }), createText(event.name, 0, top + 16, "name", (width * LETTER_WIDTH) / BOLD_LETTER_WIDTH), createText(event.date || "no date given", 0, top + 16 + LINE, "below", width));
    image.append(group);
    top += 36;
    const own = edges.filter(({ target }) => target === event.iri).sort((one, other) => one.side.localeCompare(other.side));
    for (const { source, side, words } of own) {
      const actor = actors.find(({ node }) => node.iri === source);
      if (!actor) continue;
      const row = createSvg("g", { class: `node ${classOfSide(side)}${source === centre ? " centre" : ""}`, "data-iri": source });
      row.append(createSvg("rect", { class: "area", x: 0, y: top, width, height: 34 }), createSvg("path", { class: "head", d: `M14,${top + 3}l-7,8h14Z` }));
      row.append(createText(`${marksOf([side])} ${actor.node.name}`.trim(), 26, top + 13, "name", width - 26), createText(words, 26, top + 13 + LINE, "below", width - 26));
      image.append(row);
      top += 34;
    }
    top += 12;
  }
  return top;
}

/** Return a text, shortened in its middle to a width. */
function createText(text: string, x: number, y: number, name: string, maxWidth = Infinity): SVGTextElement {
  return createSvg("text", { class: name, x, y }, truncateMiddle(text, Math.max(4, Math.floor(maxWidth / LETTER_WIDTH))));
}

/**
 * View of triples as a graph: things are nodes, statements between them are arrows. Texts and numbers are only in the table.
 * The nodes stand in columns if one thing is in most statements, or if no thing is both subject and object; else forces place them.
 */
import { createElement } from "../shared/dom";
import { type Row, runQuery, type Term } from "./endpoint";
import { isOwn, pageOf, type Prefixes, shorten } from "./iris";

/** A node at a position; its label stands on its right, or on its left or above it. */
interface Node {
  term: Term;
  x: number;
  y: number;
  labelled?: "left" | "above";
}

interface Edge {
  from: Node;
  to: Node;
  property: Term;
}

/** A drawing: its nodes and edges, texts beside them, its size, and the height of its middle, which is shown first. */
interface Layout {
  nodes: Node[];
  edges: Edge[];
  texts: { words: string; property?: Term; x: number; y: number; labelled?: "left" }[];
  width: number;
  height: number;
  middle: number;
}

const SVG = "http://www.w3.org/2000/svg";
const MAX_EDGES = 200;
const MAX_OF_PROPERTY = 10; // nodes beside a hub
const MAX_EDGE_LABELS = 25; // of more arrows the labels cover each other; they are shown on hover
const HUB_SHARE = 0.6; // of the edges that meet in a hub
const MIN_HUB_EDGES = 5;
const ROW_HEIGHT = 26;
const LABEL_WIDTH = 250; // of a node, for MAX_LABEL characters
const MAX_LABEL = 34;
const STEPS = 300;
const MARGIN = 30;

/**
 * Draw a graph of triples.
 * @param host The element to draw into.
 * @param rows The triples, with the columns subject, predicate and object.
 * @param prefixes Abbreviate IRIs without a label.
 */
export default async function draw(host: HTMLElement, rows: Row[], prefixes: Prefixes): Promise<void> {
  const edges = toEdges(rows);
  const hub = findHub(edges);
  const layout = hub ? layOutAround(hub, edges) : layOutGraph(edges.slice(0, MAX_EDGES));
  const labels = await fetchLabels(layout);
  const labelOf = ({ type, value }: Term) => (type === "bnode" ? `_:${value}` : (labels.get(value) ?? shorten(value, prefixes)));
  const properties = [...new Set(layout.edges.map(({ property }) => property.value))];
  const notes = [
    properties.length === 1 && layout.edges[0] ? `Each arrow means “${labelOf(layout.edges[0].property)}”.` : "",
    !hub && edges.length > MAX_EDGES ? `The first ${MAX_EDGES} of ${edges.length.toLocaleString("en")} statements between things are drawn.` : "",
    edges.length < rows.length ? `Statements whose value is a text, a number or a date (${(rows.length - edges.length).toLocaleString("en")}) are only in the table.` : "",
  ];
  const note = createElement("p", { class: "quiet" }, notes.filter(Boolean).join(" "));
  if (!edges.length) {
    host.replaceChildren(note);
    return;
  }
  const frame = createElement("div", { class: "scroller graph", tabindex: "0", role: "region", "aria-label": `Graph of ${layout.edges.length} statements; the table has the same` });
  frame.append(createSvg(layout, labelOf, !hub && properties.length > 1 && layout.edges.length <= MAX_EDGE_LABELS));
  host.replaceChildren(note, frame);
  frame.scrollTop = layout.middle - frame.clientHeight / 2;
}

/** Return the triples whose object is a thing as edges; the same term is the same node. */
function toEdges(rows: Row[]): Edge[] {
  const nodes = new Map<string, Node>();
  const nodeOf = (term: Term) => {
    const key = `${term.type} ${term.value}`;
    const node = nodes.get(key) ?? { term, x: 0, y: 0 };
    nodes.set(key, node);
    return node;
  };
  return rows.flatMap(({ subject, predicate, object }) =>
    subject && predicate && object && object.type !== "literal" ? [{ from: nodeOf(subject), to: nodeOf(object), property: predicate }] : [],
  );
}

/** Return the English labels of the things and properties of this site in a drawing, by IRI. */
async function fetchLabels({ nodes, edges }: Layout): Promise<Map<string, string>> {
  const terms = [...nodes.map(({ term }) => term), ...edges.map(({ property }) => property)];
  const listed = [...new Set(terms.filter(({ type, value }) => type === "uri" && isOwn(value)).map(({ value }) => `<${value}>`))].join(" ");
  const found = await runQuery(`SELECT ?thing (MIN(?text) AS ?label) { VALUES ?thing { ${listed} } ?thing rdfs:label ?text FILTER(LANG(?text) = "en") } GROUP BY ?thing`);
  return new Map(found.rows.flatMap(({ thing, label }) => (thing && label ? [[thing.value, label.value]] : [])));
}

/** Return the node in which most edges meet, as in the description of a thing; undefined if there is none. */
function findHub(edges: Edge[]): Node | undefined {
  const counts = new Map<Node, number>();
  for (const { from, to } of edges) for (const node of new Set([from, to])) counts.set(node, (counts.get(node) ?? 0) + 1);
  return [...counts].find(([, count]) => edges.length >= MIN_HUB_EDGES && count >= HUB_SHARE * edges.length)?.[0];
}

/** Put the hub into the middle, things that point to it on its left, its values on its right, the first ones of each property. */
function layOutAround(hub: Node, edges: Edge[]): Layout {
  const layout: Layout = { nodes: [hub], edges: [], texts: [], width: 2 * MARGIN + 4.4 * LABEL_WIDTH, height: 0, middle: 0 };
  const place = (members: Edge[], x: number, labelled?: "left") => {
    const groups = new Map<string, Edge[]>();
    for (const edge of members) groups.set(edge.property.value, [...(groups.get(edge.property.value) ?? []), edge]);
    let y = MARGIN;
    for (const [, group] of [...groups].sort(([a], [b]) => a.localeCompare(b))) {
      layout.texts.push({ words: "", property: group[0]?.property, x, y, labelled });
      for (const { from, to, property } of group.slice(0, MAX_OF_PROPERTY)) {
        y += ROW_HEIGHT * 0.8;
        const node: Node = { ...(from === hub ? to : from), x, y, labelled }; // one for each property
        layout.nodes.push(node);
        layout.edges.push(from === hub ? { from, to: node, property } : { from: node, to, property });
      }
      const left = group.length - MAX_OF_PROPERTY;
      if (left > 0) layout.texts.push({ words: `and ${left.toLocaleString("en")} more`, x, y: (y += ROW_HEIGHT * 0.8), labelled });
      y += ROW_HEIGHT * 1.3;
    }
    layout.height = Math.max(layout.height, y);
    return y;
  };
  const columns = [
    place(edges.filter(({ from, to }) => to === hub && from !== hub), MARGIN + LABEL_WIDTH, "left"),
    place(edges.filter(({ from, to }) => from === hub && to !== hub), MARGIN + 3.2 * LABEL_WIDTH),
  ];
  layout.middle = Math.max(...columns) / 2;
  Object.assign(hub, { x: MARGIN + 2 * LABEL_WIDTH, y: layout.middle, labelled: "above" });
  return layout;
}

/** Lay out a graph without hub: in two columns if no node is both subject and object, else by forces. */
function layOutGraph(edges: Edge[]): Layout {
  const [subjects, objects] = [new Set(edges.map(({ from }) => from)), new Set(edges.map(({ to }) => to))];
  const nodes = [...new Set([...subjects, ...objects])];
  const isBipartite = [...subjects].every((node) => !objects.has(node));
  const [width, height] = isBipartite ? layOutColumns([...subjects], [...objects], edges) : layOutByForces(nodes, edges);
  return { nodes, edges, texts: [], width, height, middle: height / 2 };
}

/** Put subjects on the left and objects on the right, each object near the middle of its subjects; return width and height. */
function layOutColumns(subjects: Node[], objects: Node[], edges: Edge[]): [number, number] {
  const height = Math.max(subjects.length, objects.length) * ROW_HEIGHT + 2 * MARGIN;
  const spread = (nodes: Node[], x: number) => {
    const step = (height - 2 * MARGIN) / nodes.length;
    nodes.forEach((node, index) => Object.assign(node, { x, y: MARGIN + (index + 0.5) * step }));
  };
  spread(subjects, MARGIN + LABEL_WIDTH);
  for (const node of subjects) node.labelled = "left";
  const middle = (node: Node) => {
    const ends = edges.filter(({ to }) => to === node).map(({ from }) => from.y);
    return ends.reduce((sum, y) => sum + y, 0) / ends.length;
  };
  spread(objects.map((node) => [middle(node), node] as const).sort(([a], [b]) => a - b).map(([, node]) => node), MARGIN + 2.4 * LABEL_WIDTH);
  return [2 * MARGIN + 3.4 * LABEL_WIDTH, height];
}

/**
 * Lay out a graph by forces: nodes push each other away, edges pull; return width and height. The result is always the same.
 * Source: Fruchterman and Reingold, Graph drawing by force-directed placement, 1991.
 */
function layOutByForces(nodes: Node[], edges: Edge[]): [number, number] {
  const size = Math.sqrt(nodes.length);
  nodes.forEach((node, index) => {
    const angle = (2 * Math.PI * index) / nodes.length;
    Object.assign(node, { x: Math.cos(angle) * size, y: Math.sin(angle) * size });
  });
  for (let step = 0; step < STEPS; step++) {
    const moves = new Map(nodes.map((node) => [node, { x: 0, y: 0 }]));
    const push = (node: Node, other: Node, force: (apart: number) => number) => {
      const [x, y] = [node.x - other.x, node.y - other.y];
      const apart = Math.max(Math.hypot(x, y), 0.01);
      const move = moves.get(node);
      if (move) Object.assign(move, { x: move.x + (x / apart) * force(apart), y: move.y + (y / apart) * force(apart) });
    };
    for (const node of nodes) for (const other of nodes) if (node !== other) push(node, other, (apart) => 1 / apart);
    for (const { from, to } of edges) {
      push(from, to, (apart) => -(apart ** 2));
      push(to, from, (apart) => -(apart ** 2));
    }
    for (const [node, { x, y }] of moves) {
      const length = Math.max(Math.hypot(x, y), 0.01);
      const limit = Math.min(length, (size / 5) * (1 - step / STEPS));
      Object.assign(node, { x: node.x + (x / length) * limit, y: node.y + (y / length) * limit });
    }
  }
  const [width, height] = [Math.max(240 * size, 700), Math.max(100 * size, 320)];
  stretch(nodes, "x", MARGIN, width - LABEL_WIDTH);
  stretch(nodes, "y", MARGIN, height - MARGIN);
  return [width, height];
}

/** Scale the coordinates of nodes so that they reach from `low` to `high`. */
function stretch(nodes: Node[], axis: "x" | "y", low: number, high: number): void {
  const values = nodes.map((node) => node[axis]);
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  for (const node of nodes) node[axis] = low + ((node[axis] - least) / (greatest - least || 1)) * (high - low);
}

/** Create the drawing: arrows, texts, then nodes with linked labels. */
function createSvg({ nodes, edges, texts, width, height }: Layout, labelOf: (term: Term) => string, hasEdgeLabels: boolean): SVGElement {
  const arrow = create("marker", { id: "graph-arrow", viewBox: "0 0 8 8", refX: "13", refY: "4", markerWidth: "8", markerHeight: "8", orient: "auto" }, create("path", { d: "M0 0L8 4L0 8Z" }));
  const lines = edges.map(({ from, to, property }) => {
    const words = `${labelOf(from.term)} – ${labelOf(property)} – ${labelOf(to.term)}`;
    const line = create("path", { d: `M${from.x} ${from.y}L${to.x} ${to.y}`, "marker-end": "url(#graph-arrow)" }, create("title", {}, words));
    const position = { x: String((from.x + to.x) / 2), y: String((from.y + to.y) / 2 - 3) };
    return hasEdgeLabels ? create("g", {}, line, create("text", { class: "property", ...position }, shortened(labelOf(property)))) : line;
  });
  const beside = texts.map(({ words, property, ...node }) => create("text", { class: "quiet", ...labelPosition(node) }, property ? `${labelOf(property)}:` : words));
  const dots = nodes.map(({ term, ...node }) => {
    const path = term.type === "uri" ? pageOf(term.value) : "";
    const text = create("text", labelPosition(node), create("title", {}, labelOf(term)), shortened(labelOf(term)));
    return create("g", {}, create("circle", { cx: String(node.x), cy: String(node.y), r: "5" }), path ? create("a", { href: path }, text) : text);
  });
  const groups = [create("g", { class: "edges" }, ...lines), create("g", {}, ...beside), create("g", { class: "nodes" }, ...dots)];
  return create("svg", { width: String(width), height: String(height), viewBox: `0 0 ${width} ${height}` }, create("defs", {}, arrow), ...groups);
}

/** Return the attributes that place the label of a node. */
function labelPosition({ x, y, labelled }: Omit<Node, "term">): Record<string, string> {
  if (labelled === "above") return { x: String(x), y: String(y - 12), "text-anchor": "middle" };
  return labelled === "left" ? { x: String(x - 9), y: String(y + 4), "text-anchor": "end" } : { x: String(x + 9), y: String(y + 4) };
}

/** Return a label, cut after MAX_LABEL characters. */
function shortened(label: string): string {
  return label.length > MAX_LABEL ? `${label.slice(0, MAX_LABEL - 1)}…` : label;
}

/** Create an SVG element. */
function create(name: string, attributes: Record<string, string>, ...children: (SVGElement | string)[]): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

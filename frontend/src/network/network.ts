/**
 * Network of the actors and the events they took part in. The page has a table with the same data.
 *
 * Element: <div data-network="/network.json"></div>
 */
import cytoscape, { type Core, type ElementDefinition, type EventObjectNode } from "cytoscape";
import { createButton, createElement, createField, createSelect } from "../shared/dom";
import { fetchJson } from "../shared/request";
import { cssColour, onThemeChange } from "../shared/theme";

/** An event, an actor, or a power: a state that acts itself or through its armed forces. */
interface Node {
  iri: string;
  path: string;
  name: string;
  kind: "event" | "actor" | "power";
}

interface Edge {
  source: string;
  target: string;
  words: string;
}

interface Graph {
  nodes: Node[];
  edges: Edge[];
  centres: { iri: string; name: string }[];
}

const FONT_SIZE = 13;
const MAX_LABELLED = 60; // labels of more nodes cover each other
const CYTOSCAPE_STYLE_ID = "__________cytoscape_stylesheet"; // cytoscape adds a style element unless this id exists; visual.css has its rule

/**
 * Draw the network around an actor that the reader chooses.
 * @param host The element with data-network, the URL of the data.
 */
export default async function draw(host: HTMLElement): Promise<void> {
  const { page } = await fetchJson<{ page: Graph }>(host.dataset.network ?? "");
  if (!document.getElementById(CYTOSCAPE_STYLE_ID)) document.head.append(createElement("meta", { id: CYTOSCAPE_STYLE_ID }));
  const canvas = createElement("div", { class: "canvas", role: "img", "aria-label": "Network; the table below has the same data" });
  const status = createElement("div", { role: "status" });
  const first = page.centres.find(({ iri }) => neighbourhood(page, iri).size <= MAX_LABELLED) ?? page.centres[0];
  const centre = createSelect(page.centres.map(({ iri, name }) => [iri, name] as const), first?.iri ?? "");
  const controls = createElement("div", { class: "controls" }, createField("Actor", centre));
  host.replaceChildren(controls, canvas, status);
  const graph = cytoscape({ container: canvas, style: styles(), minZoom: 0.2, maxZoom: 4, userZoomingEnabled: false });
  controls.append(
    createButton("Zoom in", () => zoomBy(graph, 1.3)),
    createButton("Zoom out", () => zoomBy(graph, 1 / 1.3)),
    createButton("Show the whole network", () => void graph.fit(undefined, 20)),
  );
  const show = () => {
    graph.elements().remove();
    graph.add(toElements(page, neighbourhood(page, centre.value), centre.value));
    arrange(graph);
  };
  centre.addEventListener("change", show);
  graph.on("tap", "node", ({ target }: EventObjectNode) => {
    const { path, name } = target.data() as Node;
    const links = target.degree(false);
    status.replaceChildren(createElement("p", {}, createElement("a", { href: path }, name), ` — ${links} link${links === 1 ? "" : "s"} shown`));
    graph.elements().removeClass("near");
    target.closedNeighborhood().addClass("near");
  });
  onThemeChange(() => graph.style(styles()));
  show();
}

/** Zoom by a factor; the middle of the canvas stays where it is. */
function zoomBy(graph: Core, factor: number): void {
  graph.zoom({ level: graph.zoom() * factor, renderedPosition: { x: graph.width() / 2, y: graph.height() / 2 } });
}

/**
 * Return the IRIs to show around a node: the node, its neighbours, and the neighbours of these. If that would be more than 60,
 * a neighbour of neighbours is shown only if it is linked to two of them.
 */
function neighbourhood({ edges }: Graph, centre: string): Set<string> {
  const otherEnd = ({ source, target }: Edge, end: string) => (source === end ? target : target === end ? source : undefined);
  const neighbours = new Set(edges.map((edge) => otherEnd(edge, centre)).filter((end) => end !== undefined));
  const links = new Map<string, number>();
  for (const edge of edges) {
    const [end] = [edge.source, edge.target].filter((iri) => neighbours.has(iri)).map((iri) => otherEnd(edge, iri));
    if (end && end !== centre && !neighbours.has(end)) links.set(end, (links.get(end) ?? 0) + 1);
  }
  const minLinks = neighbours.size + links.size > MAX_LABELLED ? 2 : 1;
  return new Set([centre, ...neighbours, ...[...links].filter(([, count]) => count >= minLinks).map(([end]) => end)]);
}

/** Return the nodes to show and their edges for cytoscape; if the nodes are many, events are labelled only when chosen. */
function toElements({ nodes, edges }: Graph, shown: Set<string>, centre: string): ElementDefinition[] {
  const labelOf = (node: Node) => (shown.size > MAX_LABELLED && node.kind === "event" ? "" : node.name);
  return [
    ...nodes.filter((node) => shown.has(node.iri)).map((node) => ({ data: { id: node.iri, ...node, label: labelOf(node) }, classes: node.iri === centre ? "centre" : "" })),
    ...edges.filter((edge) => shown.has(edge.source) && shown.has(edge.target)).map(({ source, target, words }) => ({ data: { source, target, words } })),
  ];
}

/** Lay out the network, stretch it to the shape of the canvas, and enlarge its labels if it had to be shrunk. */
function arrange(graph: Core): void {
  graph
    .layout({ name: "cose", animate: false, randomize: true, nodeRepulsion: () => 60000, idealEdgeLength: () => 90, nodeOverlap: 30, nodeDimensionsIncludeLabels: true, padding: 20 })
    .run();
  const { w, h } = graph.elements().boundingBox();
  const stretch = graph.width() / graph.height() / (w / h);
  if (stretch > 1) graph.nodes().positions((node) => ({ x: node.position().x * stretch, y: node.position().y }));
  graph.fit(undefined, 20);
  const scale = labelSize(graph.width()) / FONT_SIZE / graph.zoom();
  if (scale <= 1) return;
  for (const [selector, size] of [["node", FONT_SIZE], ["node[kind = 'event']", FONT_SIZE - 1]] as const) {
    graph.$(selector).style({ "font-size": size * scale, "text-max-width": `${120 * scale}px` });
  }
  graph.fit(undefined, 20);
}

/** Return the size of labels on the screen, in pixels, that suits a canvas of this width. */
function labelSize(width: number): number {
  return Math.min(13, Math.max(9, width / 70));
}

/** Return the styles of nodes and edges in the current colours of the page. */
function styles(): cytoscape.StylesheetJson {
  const [ink, paper, quiet] = ["--ink", "--paper", "--quiet"].map(cssColour) as [string, string, string];
  return [
    {
      selector: "node",
      style: {
        label: "data(label)",
        "font-size": FONT_SIZE,
        color: ink,
        "text-wrap": "wrap",
        "text-max-width": "120px",
        "min-zoomed-font-size": 7,
        "text-valign": "bottom",
        "text-margin-y": 3,
        "text-background-color": paper,
        "text-background-opacity": 0.8,
        width: 14,
        height: 14,
        "background-color": quiet,
      },
    },
    { selector: "node[kind = 'event']", style: { shape: "rectangle", "background-color": cssColour("--MilitaryEvent"), "font-size": FONT_SIZE - 1 } },
    { selector: "node[kind = 'actor']", style: { "background-color": cssColour("--DiplomaticEvent") } },
    { selector: "node[kind = 'power']", style: { shape: "diamond", width: 24, height: 24, "background-color": cssColour("--PoliticalEvent"), "font-weight": "bold" } },
    { selector: ".centre", style: { "border-width": 3, "border-color": ink } },
    { selector: "node.near", style: { label: "data(name)", "z-index": 2 } },
    { selector: "edge", style: { width: 1, "line-color": quiet, "line-opacity": 0.35, "curve-style": "haystack" } },
    { selector: ".near", style: { "line-color": cssColour("--accent"), "line-opacity": 1, "border-width": 2, "border-color": cssColour("--accent") } },
  ];
}

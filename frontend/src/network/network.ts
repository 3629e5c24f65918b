/**
 * Who took part in what, as a network; a table with the same rows stands on the page.
 *
 * <div data-network="/network.json"></div>
 */
import cytoscape, { type Core, type ElementDefinition } from "cytoscape";
import { colour, onTheme } from "../common/colours";
import { button, field, make, select } from "../common/dom";
import { fetchJson } from "../common/fetch";

/** A node: an event, an actor or a power (a state that fights for itself or through others). */
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

const FONT = 13;
const ROOM = 60; // more nodes than these and the labels lie on each other
const CYTOSCAPE_STYLES = "__________cytoscape_stylesheet"; // it adds this element unless it is there; our style sheet has the rule

export default async function draw(place: HTMLElement): Promise<void> {
  const { page } = await fetchJson<{ page: Graph }>(place.dataset.network ?? "");
  if (!document.getElementById(CYTOSCAPE_STYLES)) document.head.append(make("meta", { id: CYTOSCAPE_STYLES }));
  const canvas = make("div", { class: "canvas", role: "img", "aria-label": "Network; the table below has the same" });
  const told = make("div", { class: "told", role: "status" });
  const first = page.centres.find(({ iri }) => around(page, iri).length <= ROOM) ?? page.centres[0];
  const centre = select(page.centres.map(({ iri, name }) => [iri, name] as const), first?.iri ?? "");
  // the canvas has to be on the page before cytoscape measures it, so the buttons find the graph only when pressed
  let graph: Core;
  place.replaceChildren(
    make(
      "div",
      { class: "controls" },
      field("Around", centre),
      button("Closer", () => zoomBy(graph, 1.3)),
      button("Wider", () => zoomBy(graph, 1 / 1.3)),
      button("Everything", () => void graph.fit(undefined, 20)),
    ),
    canvas,
    told,
  );
  graph = cytoscape({ container: canvas, style: styles(), minZoom: 0.2, maxZoom: 4, userZoomingEnabled: false });
  const show = () => {
    graph.elements().remove();
    const kept = new Set(around(page, centre.value));
    graph.add(elements(page, kept, centre.value));
    arrange(graph);
  };
  centre.addEventListener("change", show);
  graph.on("tap", "node", (event) => {
    const node = event.target.data() as Node;
    told.replaceChildren(make("p", {}, make("a", { href: node.path }, node.name), ` — ${event.target.degree(false)} links here`));
    graph.elements().removeClass("near");
    event.target.closedNeighborhood().addClass("near");
  });
  onTheme(() => graph.style(styles()));
  show();
}

function zoomBy(graph: Core, factor: number): void {
  graph.zoom({ level: graph.zoom() * factor, renderedPosition: { x: graph.width() / 2, y: graph.height() / 2 } });
}

/** Return a node, what is linked to it, and who else is linked to that by at least two ways, or one where there is room. */
function around({ edges }: Graph, centre: string): string[] {
  const other = ({ source, target }: Edge, end: string) => (source === end ? target : target === end ? source : undefined);
  const near = new Set(edges.map((edge) => other(edge, centre)).filter((end) => end !== undefined));
  const ways = new Map<string, number>();
  for (const edge of edges) {
    const [end] = [edge.source, edge.target].filter((iri) => near.has(iri)).map((iri) => other(edge, iri));
    if (end && end !== centre && !near.has(end)) ways.set(end, (ways.get(end) ?? 0) + 1);
  }
  const least = near.size + ways.size > ROOM ? 2 : 1;
  return [...new Set([centre, ...near, ...[...ways].filter(([, count]) => count >= least).map(([end]) => end)])];
}

/** Return nodes and edges as cytoscape takes them; where there are many, events show their names only when chosen. */
function elements({ nodes, edges }: Graph, kept: Set<string>, centre: string): ElementDefinition[] {
  const label = (node: Node) => (kept.size > ROOM && node.kind === "event" ? "" : node.name);
  const shown = nodes.filter((node) => kept.has(node.iri)).map((node) => ({ data: { id: node.iri, ...node, label: label(node) }, classes: node.iri === centre ? "centre" : "" }));
  const links = edges.filter((edge) => kept.has(edge.source) && kept.has(edge.target)).map(({ source, target, words }) => ({ data: { source, target, words } }));
  return [...shown, ...links];
}

function arrange(graph: Core): void {
  graph.layout({ name: "cose", animate: false, randomize: true, nodeRepulsion: () => 60000, idealEdgeLength: () => 90, nodeOverlap: 30, nodeDimensionsIncludeLabels: true, padding: 20 }).run();
  const { w, h } = graph.elements().boundingBox();
  const stretch = (graph.width() / graph.height() / (w / h)) || 1; // the layout knows nothing of the shape of the canvas
  if (stretch > 1) graph.nodes().positions((node) => ({ x: node.position().x * stretch, y: node.position().y }));
  graph.fit(undefined, 20);
  const scale = legible(graph.width()) / FONT / graph.zoom(); // names are read at the size of the page, however far the graph is spread
  if (scale <= 1) return;
  for (const [kind, size] of [["node", FONT], ["node[kind = 'event']", FONT - 1]] as const) {
    graph.$(kind).style({ "font-size": size * scale, "text-max-width": `${120 * scale}px` });
  }
  graph.fit(undefined, 20);
}

/** Return the size of names, in pixels, that is read easily and still leaves them room on a canvas so wide. */
function legible(width: number): number {
  return Math.min(13, Math.max(9, width / 70));
}

function styles(): cytoscape.StylesheetJson {
  const [ink, paper, quiet] = ["--ink", "--paper", "--quiet"].map(colour) as [string, string, string];
  return [
    {
      selector: "node",
      style: {
        label: "data(label)", "font-size": FONT, color: ink, "text-wrap": "wrap", "text-max-width": "120px", "min-zoomed-font-size": 7, "text-valign": "bottom",
        "text-margin-y": 3, "text-background-color": paper, "text-background-opacity": 0.8, width: 14, height: 14, "background-color": quiet,
      },
    },
    { selector: "node[kind = 'event']", style: { shape: "rectangle", "background-color": colour("--MilitaryEvent"), "font-size": FONT - 1 } },
    { selector: "node[kind = 'actor']", style: { "background-color": colour("--DiplomaticEvent") } },
    { selector: "node[kind = 'power']", style: { shape: "diamond", width: 24, height: 24, "background-color": colour("--PoliticalEvent"), "font-weight": "bold" } },
    { selector: ".centre", style: { "border-width": 3, "border-color": ink } },
    { selector: "node.near", style: { label: "data(name)", "z-index": 2 } },
    { selector: "edge", style: { width: 1, "line-color": quiet, "line-opacity": 0.35, "curve-style": "haystack" } },
    { selector: ".near", style: { "line-color": colour("--accent"), "line-opacity": 1, "border-width": 2, "border-color": colour("--accent") } },
  ];
}

/**
 * Network of actors and the events they took part in, by side. The page has a table with the same data. The address of the page
 * keeps the choice of the reader: #of=event/battle-of-lake-khasan.
 *
 * Element: <div data-network="/network.json"></div>
 */
import { formatCount } from "../shared/count";
import { createElement, createField, createGroupedSelect } from "../shared/dom";
import { addDownloads } from "../shared/downloads";
import { fetchJson } from "../shared/request";
import { startWithCapital } from "../shared/text";
import { sidesLegend } from "../shared/sides";
import { countActors, type Neighbourhood, neighbourhood, type Network, type Node } from "./data";
import { drawNetwork } from "./drawing";

const MIN_ACTORS = 3; // of events that the reader can choose
const GROUPS: readonly (readonly [string, Node["kind"]])[] = [["Events", "event"], ["States", "power"], ["Persons", "person"], ["Armies, units and other groups", "actor"]];
const COLUMNS = ["actor", "event", "date", "role", "side", "acted_for"];
const PREFIX = "#of=";

/**
 * Draw the network around an event or actor that the reader chooses.
 * @param host The element with data-network, the URL of the data.
 */
export default async function draw(host: HTMLElement): Promise<void> {
  const { page } = await fetchJson<{ page: Network }>(host.dataset.network ?? "");
  for (const node of page.nodes) node.name = startWithCapital(node.name);
  const canvas = createElement("div", { class: "canvas" });
  const status = createElement("p", { role: "status" });
  const options = GROUPS.map(([label, kind]) => [label, page.nodes.filter((node) => node.kind === kind && isChoice(page, node)).map(({ iri, name }) => [iri, name] as const)] as const);
  const choice = createGroupedSelect("choose …", options);
  const named = page.nodes.find(({ iri }) => location.hash === PREFIX + slugOf(iri));
  choice.value = named?.iri ?? page.first ?? page.nodes[0]?.iri ?? "";
  let shown: Neighbourhood = neighbourhood(page, choice.value);
  let width = 0;
  const render = () => {
    width = canvas.clientWidth;
    const name = page.nodes.find(({ iri }) => iri === choice.value)?.name ?? "";
    canvas.replaceChildren(drawNetwork(shown, choice.value, width, `Network around ${name}; the table below has the same data`));
    const omitted = shown.omitted ? `; ${shown.omitted} more events are in the table below` : "";
    status.textContent = `${formatCount(shown.events.length, "event")}, ${formatCount(shown.actors.length, "actor")}${omitted}. Choose a name in the drawing to see its links.`;
  };
  choice.addEventListener("change", () => {
    history.replaceState(null, "", PREFIX + slugOf(choice.value));
    shown = neighbourhood(page, choice.value);
    render();
  });
  canvas.addEventListener("click", ({ target }) => {
    const iri = target instanceof Element ? target.closest<SVGElement>(".node")?.dataset.iri : undefined;
    mark(canvas, iri);
    const node = page.nodes.find((each) => each.iri === iri);
    if (node) status.replaceChildren(...describe(node, shown));
  });
  host.replaceChildren(createElement("div", { class: "controls" }, createField("Show the network of", choice)), sidesLegend([["no-side", "no side stated"]]), canvas, status);
  addDownloads(host, "network", () => [COLUMNS, ...toRows(shown)]);
  render();
  new ResizeObserver(() => {
    if (canvas.clientWidth !== width) render();
  }).observe(canvas);
}

/** Return true if the reader can choose a node: an actor, or an event with some actors. */
function isChoice(page: Network, { kind, iri }: Node): boolean {
  return kind !== "event" || countActors(page, iri) >= MIN_ACTORS;
}

/** Return the last two segments of an IRI, such as "actor/nkvd". */
function slugOf(iri: string): string {
  return iri.split("/").slice(-2).join("/");
}

/** Emphasize a node with its arrows and the nodes at their other ends, or nothing if `iri` is undefined. */
function mark(canvas: HTMLElement, iri: string | undefined): void {
  const image = canvas.firstElementChild;
  image?.classList.toggle("chosen", iri !== undefined);
  const near = new Set([iri]);
  for (const arrow of canvas.querySelectorAll<SVGElement>(".edge")) {
    const { source, target } = arrow.dataset;
    const isNear = source === iri || target === iri;
    arrow.classList.toggle("near", isNear);
    if (isNear) near.add(source).add(target);
  }
  for (const node of canvas.querySelectorAll<SVGElement>(".node")) node.classList.toggle("near", near.has(node.dataset.iri));
}

/** Return a line on a node: a link to its page, and its roles in the events that are shown. */
function describe({ iri, path, name }: Node, { events, actors, edges }: Neighbourhood): (HTMLElement | string)[] {
  const nameOf = (wanted: string) => [...events, ...actors.map(({ node }) => node)].find((node) => node.iri === wanted)?.name ?? "";
  const links = edges.filter(({ source, target }) => source === iri || target === iri);
  const words = links.map(({ source, target, words }) => (source === iri ? `${words} in ${nameOf(target)}` : `${nameOf(source)} (${words})`));
  return [createElement("a", { href: path }, name), `: ${words.join("; ")}`];
}

/** Return a row of a table for each arrow. */
function toRows({ events, actors, edges }: Neighbourhood): string[][] {
  return edges.map(({ source, target, words, side }) => {
    const [actor, event] = [actors.find(({ node }) => node.iri === source), events.find(({ iri }) => iri === target)];
    return [actor?.node.name ?? "", event?.name ?? "", event?.date ?? "", words, side, actor?.power ?? ""];
  });
}

/** The data of the network, as in /network.json, and the part of it around one event or actor. */
import type { Side } from "../shared/sides";

/** An event, a person, another actor, or a power: a state that acts itself or through its armed forces. */
export interface Node {
  iri: string;
  path: string;
  name: string;
  kind: "event" | "person" | "actor" | "power";
  date: string;
  whole: string | null;
}

/** An arrow from an actor to an event in which it took part, or to a power for which it acts. `words` are its roles. */
export interface Edge {
  source: string;
  target: string;
  words: string;
  side: Side;
}

/** The whole network; `first` is the event to begin with. */
export interface Network {
  nodes: Node[];
  edges: Edge[];
  first: string | null;
}

/** An actor in a part of the network, with the name of the state that it acts for, if there is one, and its roles there. */
export interface Actor {
  node: Node;
  side: Side;
  power: string;
  roles: string;
}

/** A part of the network: events by date, but one that the part is around first; actors in the order of their first event, and arrows between these. */
export interface Neighbourhood {
  events: Node[];
  actors: Actor[];
  edges: Edge[];
  omitted: number;
}

const MAX_EVENTS = 60;
const ACTS_FOR = "acts for";

/**
 * Return the part of the network around a node: of an event, the event and its parts; of an actor, the events in which it took
 * part; of a power, also those of the actors that act for it; with everybody who took part in these events.
 * @param network The whole network.
 * @param centre The IRI of the node.
 * @returns The part, with at most 60 events; `omitted` is the number of the others.
 */
export function neighbourhood(network: Network, centre: string): Neighbourhood {
  const { nodes, edges } = network;
  const byIri = new Map(nodes.map((node) => [node.iri, node]));
  const participations = edges.filter(({ words, target }) => words !== ACTS_FOR || byIri.get(target)?.kind === "event");
  const acting = new Set([centre, ...edges.filter(({ words, target }) => words === ACTS_FOR && target === centre).map(({ source }) => source)]);
  const isPart = (node: Node) => {
    let whole: Node | undefined = node;
    for (let depth = 0; whole && depth < 8; depth++) {
      if (whole.iri === centre) return true;
      whole = byIri.get(whole.whole ?? "");
    }
    return false;
  };
  const joined = new Set(participations.filter(({ source }) => acting.has(source)).map(({ target }) => target));
  const found = nodes.filter((node) => node.kind === "event" && (byIri.get(centre)?.kind === "event" ? isPart(node) : joined.has(node.iri)));
  const events = [...found.filter(({ iri }) => iri === centre), ...found.filter(({ iri }) => iri !== centre)].slice(0, MAX_EVENTS);
  const shown = new Map(events.map(({ iri }, position) => [iri, position]));
  const inside = participations.filter(({ target }) => shown.has(target));
  const position = (iri: string) => Math.min(...inside.filter(({ source }) => source === iri).map(({ target }) => shown.get(target) ?? 0));
  const actors = nodes.filter(({ iri }) => inside.some(({ source }) => source === iri)).map((node) => createActor(node, inside, edges, byIri));
  actors.sort((one, other) => position(one.node.iri) - position(other.node.iri));
  return { events, actors, edges: inside, omitted: found.length - events.length };
}

/**
 * Return the number of actors that took part in an event or a part of it.
 * @param network The whole network.
 * @param event The IRI of the event.
 * @returns The number.
 */
export function countActors(network: Network, event: string): number {
  return neighbourhood(network, event).actors.length;
}

/** Return an actor with its side and roles in some participations. */
function createActor(node: Node, inside: readonly Edge[], edges: readonly Edge[], byIri: ReadonlyMap<string, Node>): Actor {
  const own = inside.filter(({ source }) => source === node.iri);
  const power = edges.find(({ source, words }) => source === node.iri && words === ACTS_FOR)?.target ?? "";
  const roles = [...new Set(own.flatMap(({ words }) => words.split(", ")))].filter((role) => role !== "took part");
  return { node, side: own.find(({ side }) => side)?.side ?? "", power: byIri.get(power)?.name ?? "", roles: roles.join(", ") };
}

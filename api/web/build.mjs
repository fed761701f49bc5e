// Builds the page into ../dashboard: one script, one style sheet, and what needs no building.

import { cp, mkdir, readFile, readdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const OUT = fileURLToPath(new URL("../dashboard/", import.meta.url));

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
await build({
  absWorkingDir: HERE,
  entryPoints: { main: "src/main.tsx", login: "src/login.ts", style: "src/style.css" },
  outdir: OUT,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "linked",
  logLevel: "warning",
});
await cp(new URL("static/", import.meta.url), OUT, { recursive: true });

for (const name of (await readdir(OUT)).sort()) {
  const content = await readFile(OUT + name);
  console.log(`${name.padEnd(24)} ${content.length.toString().padStart(8)} B  ${gzipSync(content).length.toString().padStart(7)} B gzipped`);
}

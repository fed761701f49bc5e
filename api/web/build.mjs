// Builds the page into ../dashboard: one script, one style sheet, and what needs no building.

import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
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

// The worker keeps just these files, and a new set of them whenever one has changed.
const shell = (await readdir(OUT)).filter((name) => /^(main|login)\.js$|\.(css|html|svg|png|webmanifest)$/.test(name) && name !== "index.html" && !/^icon-(512|mask)/.test(name)).sort();
const version = createHash("sha256");
for (const name of [...shell, "index.html"]) version.update(await readFile(OUT + name));
const worker = await readFile(`${OUT}sw.js`, "utf-8");
await writeFile(`${OUT}sw.js`, worker.replace("%SHELL%", ["./", ...shell].join(" ")).replace("%VERSION%", version.digest("hex").slice(0, 12)));

for (const name of (await readdir(OUT)).sort()) {
  const content = await readFile(OUT + name);
  console.log(`${name.padEnd(24)} ${content.length.toString().padStart(8)} B  ${gzipSync(content).length.toString().padStart(7)} B gzipped`);
}

// Bundles, purges and names the assets; run by build_assets.py with the digest of all sources.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { PurgeCSS } from 'purgecss';

const PACKAGE = 'src/guiyan/console';
const OUT = join(PACKAGE, 'static');
const RUN_TIME = [/^htmx-/, /^is-/, /^has-/, 'show', 'active', 'stale', 'live-ok', 'live-lost'];

const options = { bundle: true, minify: true, target: 'es2020', write: false, legalComments: 'none', logLevel: 'warning' };
const script = async (file) => (await build({ ...options, entryPoints: [file], format: 'iife' })).outputFiles[0].text;

const css = (await build({
  ...options, entryPoints: ['frontend/app.css'], loader: { '.css': 'css' }, target: ['es2020', 'safari14'],
})).outputFiles[0].text;
const [purged] = await new PurgeCSS().purge({
  content: [`${PACKAGE}/templates/**/*.html`, `${PACKAGE}/**/*.py`, 'frontend/app.js', 'frontend/chart.js'],
  css: [{ raw: css }],
  safelist: { standard: RUN_TIME },
  variables: true,
  keyframes: true,
  defaultExtractor: (text) => text.match(/[\w-/:.]+(?<!:)/g) || [],
});

const files = {
  'app.css': purged.css,
  'app.js': await script('frontend/app.js'),
  'chart.js': await script('frontend/chart.js'),
};
rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const names = {};
for (const [name, text] of Object.entries(files)) {
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  names[name] = name.replace('.', `.${digest}.`);
  writeFileSync(join(OUT, names[name]), text);
}
writeFileSync(join(OUT, 'manifest.json'), JSON.stringify({ sources: process.argv[2], files: names }, null, 1) + '\n');

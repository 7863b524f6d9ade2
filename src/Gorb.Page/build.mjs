// Makes the files of the page, artifacts/page/*.gz, from app/ and the packages of package-lock.json. src/Gorb embeds them.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const here = import.meta.dirname ?? dirname(new URL(import.meta.url).pathname);
const out = join(here, '../../artifacts/page');
const packages = join(here, 'node_modules');

// The libraries are modules already. Browsers find other modules by address, not by the name of a package.
const libraries = {
  'preact/dist/preact.mjs': 'vendor/preact.js',
  'preact/hooks/dist/hooks.mjs': 'vendor/hooks.js',
  'htm/dist/htm.mjs': 'vendor/htm.js',
};

const library = (file) =>
  readFileSync(join(packages, file), 'utf8')
    .replaceAll('from"preact"', 'from"./preact.js"')
    .replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n');

function licences() {
  const names = [...new Set(Object.keys(libraries).map((file) => file.split('/')[0]))];
  const texts = names.map((name) => {
    const { version, license } = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8'));
    return `${name} ${version} (${license})\n\n${readFileSync(join(packages, name, 'LICENSE'), 'utf8').trim()}\n`;
  });
  return `The page uses these libraries.\n\n${texts.join('\n\n')}`;
}

const files = new Map();
for (const name of readdirSync(join(here, 'app')).sort()) files.set(name, readFileSync(join(here, 'app', name)));
for (const [file, name] of Object.entries(libraries)) files.set(name, library(file));
files.set('licences.txt', licences());

// Files that are as they were are left alone, so that the next build has nothing to do.
const present = existsSync(out) ? readdirSync(out, { recursive: true }).filter((name) => name.endsWith('.gz')) : [];
for (const name of present) if (!files.has(name.slice(0, -'.gz'.length))) rmSync(join(out, name));
let total = 0;
for (const [name, content] of files) {
  const packed = gzipSync(content, { level: 9 });
  const path = join(out, `${name}.gz`);
  total += packed.length;
  if (existsSync(path) && packed.equals(readFileSync(path))) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, packed);
}
console.error(`page: ${files.size} files, ${total} bytes compressed`);

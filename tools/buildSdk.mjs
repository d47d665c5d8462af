// Writes the package sdk as it is published: JavaScript for any Node from 20 on and for browsers, with its types.
// `npm run build --workspace sdk` writes it to sdk/dist; an argument names another folder.
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sdk = join(root, 'sdk');
const out = resolve(process.argv[2] ?? join(sdk, 'dist'));
rmSync(out, { recursive: true, force: true });

const compiler = createRequire(import.meta.url).resolve('typescript/package.json');
const binary = join(dirname(compiler), JSON.parse(readFileSync(compiler, 'utf8')).bin.tsc);
const { status } = spawnSync(process.execPath, [binary, '-p', join(sdk, 'tsconfig.build.json'), '--outDir', out], { stdio: 'inherit' });
if (status !== 0) process.exit(1);

const { private: _, scripts: __, exports, ...manifest } = JSON.parse(readFileSync(join(sdk, 'package.json'), 'utf8'));
/** @param {string} source */
const built = (source) => {
  const name = source.replace('./src/', './').replace(/\.ts$/, '');
  return { types: `${name}.d.ts`, default: `${name}.js` };
};
manifest.exports = Object.fromEntries(Object.entries(exports).map(([name, source]) => [name, built(source)]));
writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
copyFileSync(join(sdk, 'README.md'), join(out, 'README.md'));
copyFileSync(join(root, 'LICENSE'), join(out, 'LICENSE'));

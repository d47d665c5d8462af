import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ranks } from './ranks.mjs';

// The house rules that no other tool keeps. docs/STYLE.md has them in words.

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modulesFolder = 'server/src/modules';
const notOurs = new Set(['node_modules', '.git', '.farthing', 'coverage', 'dist']);

const files = readdirSync(root, { recursive: false, withFileTypes: true })
  .filter((entry) => !notOurs.has(entry.name))
  .flatMap((entry) => (entry.isDirectory() ? filesIn(join(root, entry.name)) : [join(root, entry.name)]))
  .map((file) => relative(root, file));

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.split('/').some((part) => notOurs.has(part)))
    .map((entry) => join(entry.parentPath, entry.name));
}

const read = (file: string) => readFileSync(join(root, file), 'utf8');
const isText = (file: string) => /\.(?:ts|tsx|mjs|js|json|jsonc|md|sql|ya?ml|grit|css|html|txt)$|(?:^|\/)(?:run|\.npmrc|\.gitignore)$/.test(file);
const isGenerated = (file: string) => read(file).startsWith('// Generated');
const modules = () => readdirSync(join(root, modulesFolder), { withFileTypes: true }).filter((entry) => entry.isDirectory());
const inModule = (file: string) => file.startsWith(`${modulesFolder}/`);

/** "createApiKey.test.ts" -> create, api, key, test, ts */
const words = (name: string) => name.replace(/([a-z0-9])([A-Z])/g, '$1.$2').toLowerCase().split(/[^a-z0-9]+/);

it('looks at the whole tree', () => {
  expect(files).toContain('package.json');
  expect(files).toContain('tools/tidy.test.ts');
  expect(files.filter((file) => file.startsWith('core/src/')).length).toBeGreaterThan(0);
});

describe('modules', () => {
  it('each say in a README.md what they own, what they do not, and what always holds', () => {
    const silent = modules().filter(({ name }) => !existsSync(join(root, modulesFolder, name, 'README.md')));
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('each have exactly one rank', () => {
    const ranked = ranks.flat();
    expect(modules().map(({ name }) => name).filter((name) => !ranked.includes(name))).toEqual([]);
    expect(ranked.filter((name, place) => ranked.indexOf(name) !== place)).toEqual([]);
  });

  it('hold only the kinds of file by which anything can be guessed', () => {
    const kinds = [
      /^(?:README\.md|index\.ts)$/,
      /^[a-z][A-Za-z]*\.(?:schemas|routes|sql|events|jobs)\.ts$/,
      /^[a-z]+[A-Z][A-Za-z0-9]*\.ts$/, // verbNoun
      /^[a-z][A-Za-z0-9]*\.test\.ts$/,
    ];
    const strange = files.filter((file) => inModule(file) && file.split('/').length === 5 && !kinds.some((kind) => kind.test(basename(file))));
    expect(strange).toEqual([]);
  });
});

describe('files', () => {
  it('are named after what they do, never after nothing in particular', () => {
    const refused = new Set(['service', 'services', 'manager', 'managers', 'helper', 'helpers', 'util', 'utils', 'common', 'v2']);
    const sources = files.filter((file) => /\.(?:ts|tsx|mjs|js|sql)$/.test(file));
    expect(sources.filter((file) => file.split('/').flatMap(words).some((word) => refused.has(word)))).toEqual([]);
  });

  it('of source have at most 400 lines', () => {
    const sources = files.filter((file) => /\.(?:ts|tsx|mjs)$/.test(file) && !file.endsWith('.test.ts') && !isGenerated(file));
    expect(sources.filter((file) => read(file).split('\n').length > 401)).toEqual([]);
  });

  it('hold no mark of unfinished or loosened work, and nothing of the machine they were written on', () => {
    // Written in parts, so that this file does not find itself.
    const unfinished = ['TO' + 'DO', 'FIX' + 'ME'].map((word) => new RegExp(`\\b${word}\\b`));
    const parts = ['@ts-' + 'ignore', '@ts-' + 'nocheck', '.on' + 'ly(', '.sk' + 'ip(', '/sha' + 'red/', '.lib' + 'rary', '/wo' + 'rk/', '/ro' + 'ot/'];
    const forbidden = [...unfinished, ...parts.map((part) => new RegExp(part.replace(/[.()]/g, '\\$&')))];
    const found = files
      .filter((file) => isText(file) && file !== 'package-lock.json')
      .flatMap((file) => forbidden.filter((sign) => sign.test(read(file))).map((sign) => `${file}: ${sign.source}`));
    expect(found).toEqual([]);
  });
});

it('migrations are numbered from 0001 without a gap', () => {
  const names = readdirSync(join(root, 'server/migrations')).sort();
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !/^\d{4}_[a-z0-9_]+\.sql$/.test(name))).toEqual([]);
  expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, place) => place + 1));
});

it('decisions are numbered from 0001 without a gap, and say so themselves', () => {
  const names = readdirSync(join(root, 'docs/adr')).sort();
  expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, place) => place + 1));
  expect(names.filter((name) => !read(`docs/adr/${name}`).startsWith(`# ${Number(name.slice(0, 4))}. `))).toEqual([]);
});

it('nothing was left undecided between two versions', () => {
  const sign = new RegExp(`^(?:${'<'.repeat(7)}|${'>'.repeat(7)})`, 'm');
  expect(files.filter((file) => isText(file) && sign.test(read(file)))).toEqual([]);
});

it('links in the documents lead somewhere', () => {
  const broken = files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) => localLinks(read(file)).filter((link) => !leadsSomewhere(file, link)).map((link) => `${file}: ${link}`));
  expect(broken).toEqual([]);
});

/** Targets of inline links and images, and of reference definitions; without code, in which brackets mean something else. */
function localLinks(text: string): string[] {
  const prose = text.replace(/```[\s\S]*?```|`[^`\n]*`/g, '');
  const inline = [...prose.matchAll(/\]\(\s*<?([^)>\s]+)/g)];
  const references = [...prose.matchAll(/^\[[^\]]+\]:\s+(\S+)/gm)];
  return [...inline, ...references].map((match) => match[1] ?? '').filter((target) => !/^(?:[a-z]+:|\/\/)/.test(target));
}

function leadsSomewhere(file: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? join(root, file) : join(root, dirname(file), decodeURIComponent(path));
  if (!existsSync(target)) return false;
  if (anchor === undefined || !target.endsWith('.md') || statSync(target).isDirectory()) return true;
  return headings(readFileSync(target, 'utf8')).includes(anchor);
}

/** The anchors that readers of Markdown make of headings. */
function headings(text: string): string[] {
  return [...text.matchAll(/^#+\s+(.*)$/gm)].map((match) =>
    (match[1] ?? '').toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').trim().replaceAll(' ', '-'),
  );
}

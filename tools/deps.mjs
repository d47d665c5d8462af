// Checks who imports whom (.dependency-cruiser.mjs) and that the check saw something: a cruiser that cannot read
// TypeScript reports success on no files.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';

const roots = ['core', 'server', 'sdk'];
const cruiser = join(dirname(findPackageJSON('dependency-cruiser', import.meta.url)), 'bin', 'dependency-cruiser.mjs');
const run = spawnSync(process.execPath, ['--import', './tools/ts6.mjs', cruiser, '--output-type', 'json', ...roots], {
  encoding: 'utf8',
  maxBuffer: 256 * 1024 * 1024,
});
if (!run.stdout.startsWith('{')) {
  process.stderr.write(`dependency-cruiser gave no report.\n${run.stdout}${run.stderr}`);
  process.exit(1);
}
const { modules, summary } = JSON.parse(run.stdout);
const comments = new Map(summary.ruleSetUsed.forbidden.map((rule) => [rule.name, rule.comment]));
for (const { rule, from, to, cycle } of summary.violations) {
  const way = cycle === undefined ? to : cycle.map((step) => step.name).join(' -> ');
  console.error(`${rule.name}: ${from} -> ${way}\n  ${comments.get(rule.name)}`);
}

const seen = new Map(modules.map((module) => [module.source, module.dependencies.length]));
const files = roots.flatMap((root) =>
  readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name)),
);
const unseen = files.filter((file) => !seen.has(file));
const imports = files.reduce((sum, file) => sum + (seen.get(file) ?? 0), 0);
if (imports === 0) console.error('No import was seen: dependency-cruiser does not read the sources.');
else for (const file of unseen) console.error(`${file} was not seen by dependency-cruiser.`);
if (summary.violations.length > 0 || unseen.length > 0 || imports === 0) process.exit(1);
console.log(`${files.length} files, ${imports} imports, every one allowed.`);

import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

// The package as others install it.

const root = fileURLToPath(new URL('../..', import.meta.url));
let project: string;
const run = (...command: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8', cwd: project });
  return { status, stdout, stderr };
};

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'farthing-package-'));
  const folder = join(project, 'node_modules', '@farthing', 'sdk');
  await mkdir(folder, { recursive: true });
  expect(run(join(root, 'tools/buildSdk.mjs'), folder)).toEqual({ status: 0, stdout: '', stderr: '' });
});
afterAll(() => rm(project, { recursive: true, force: true }));

it('needs no other package, and no Node that reads TypeScript', async () => {
  const manifest = JSON.parse(await readFile(join(project, 'node_modules/@farthing/sdk/package.json'), 'utf8'));
  expect([manifest.private, manifest.dependencies, manifest.exports['.'].default]).toEqual([undefined, undefined, './index.js']);
  const program = `
    import { createClient, FarthingError } from '@farthing/sdk';
    import { fileSpool } from '@farthing/sdk/node';
    const farthing = createClient({ baseUrl: 'http://127.0.0.1:1', apiKey: 'k', retries: 0, events: { spool: fileSpool('spool') } });
    const error = await farthing.listInvoices().catch((reason) => reason);
    console.log(error instanceof FarthingError, error.code, (await farthing.events.close()).unsent.length);`;
  expect(run('--no-strip-types', '--input-type=module', '-e', program)).toEqual({ status: 0, stdout: 'true network 0\n', stderr: '' });
});

it('brings its types along', async () => {
  await writeFile(join(project, 'package.json'), '{ "type": "module" }');
  const program = (body: string) => `
    import { createClient } from '@farthing/sdk';
    const farthing = createClient({ baseUrl: 'http://127.0.0.1:1', apiKey: 'k' });
    export const currency: string = (await farthing.createCustomer(${body})).currency;`;
  await writeFile(join(project, 'right.ts'), program(`{ name: 'Acme' }`));
  await writeFile(join(project, 'wrong.ts'), program(`{ nmae: 'Acme' }`));
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023,dom', '--types', ''];
  const { stdout } = run(join(root, 'node_modules/typescript/bin/tsc'), ...options, 'right.ts', 'wrong.ts');
  expect(stdout).toMatch(/^wrong\.ts\(4,\d+\): error TS\d+: .*'nmae'.*\n$/);
});

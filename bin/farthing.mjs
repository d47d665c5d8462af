#!/usr/bin/env node
// The launcher: runs a command of Farthing on the Node that the dependencies bring along.
//
// It is plain JavaScript for Node 20 and later, because that is what may be installed on the machine; everything
// behind it is TypeScript that only the pinned Node runs directly. `farthing <command>` runs
// server/src/main/<command>.ts, `farthing test` runs the tests.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const mainFolder = join(root, 'server', 'src', 'main');
const requireFromRoot = createRequire(join(root, 'package.json'));

/** Ends the launcher with one line that says what to do. */
function refuse(line) {
  process.stderr.write(`farthing: ${line}\n`);
  process.exit(1);
}

/** The commands are the files of server/src/main; one with a capital letter in its name is a part of them. */
function commands() {
  const files = existsSync(mainFolder) ? readdirSync(mainFolder) : [];
  return [...files.filter((file) => /^[a-z]+(?:-[a-z]+)*\.ts$/.test(file)).map((file) => file.slice(0, -3)), 'test'].sort();
}

/** The path of the pinned Node, or undefined where npm left it out. */
function pinnedNode() {
  const pinned = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).optionalDependencies);
  const target = `-${process.platform}-${process.arch}`;
  const name = pinned.find((each) => each.startsWith('node-') && each.endsWith(target));
  if (name === undefined) return undefined;
  try {
    const manifest = requireFromRoot.resolve(`${name}/package.json`);
    const binary = join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.node);
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/** The Node to run on: the pinned one, or the one running this file where that is recent enough. */
function chooseNode() {
  const pinned = pinnedNode();
  if (pinned !== undefined) return pinned;
  if (Number(process.versions.node.split('.')[0]) >= 26) return process.execPath;
  return refuse(
    `no Node 26 for ${process.platform}-${process.arch} in node_modules: ` +
      'run `npm install` here (without --omit=optional), or start this file with a Node 26 of your own.',
  );
}

/** What Node is to run for a command: a file and its arguments. */
function target(command, rest) {
  if (command === 'test') return [join(dirname(requireFromRoot.resolve('vitest/package.json')), 'vitest.mjs'), 'run', ...rest];
  return [join(mainFolder, `${command}.ts`), ...rest];
}

const [command, ...rest] = process.argv.slice(2);
if (command === undefined) refuse(`which command? One of: ${commands().join(', ')}.`);
if (!commands().includes(command)) refuse(`there is no command "${command}". The commands are: ${commands().join(', ')}.`);

const node = chooseNode();
const preload = (file) => ['--import', new URL(file, import.meta.url).href];
// The tests belong to the project's folder; every other command runs where the user is, so that paths mean what they say.
const preloads = [...preload('oncePerStop.mjs'), ...(command === 'test' ? [] : preload('resolveRelative.mjs'))];
const child = spawn(node, [...preloads, ...target(command, rest)], {
  stdio: 'inherit',
  // What Node makes of the TypeScript is kept beside the packages: from the second start on, a third of the loading is saved.
  ...(command === 'test' ? { cwd: root } : { env: { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'farthing'), ...process.env } }),
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  // A Ctrl-C reaches the child directly as well: oncePerStop.mjs lets it see one signal of the two or three.
  process.on(signal, () => child.kill(signal));
}
child.on('error', (error) => refuse(`${node} does not start here: ${error.message}.`));
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code);
  // Ended by a signal: end in the same way, so that whoever waits for us sees the truth.
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  setTimeout(() => process.exit(128 + (constants.signals[signal] ?? 0)), 100);
});

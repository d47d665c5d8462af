import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const launcher = fileURLToPath(new URL('farthing.mjs', import.meta.url));
const oncePerStop = new URL('oncePerStop.mjs', import.meta.url).href;

async function launch(...args: string[]) {
  const child = spawn(process.execPath, [launcher, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await exited;
  return { code, output, errors };
}

it('says in one line which commands there are when it is given none or a wrong one', async () => {
  const none = await launch();
  expect(none).toMatchObject({ code: 1, output: '' });
  expect(none.errors).toMatch(/^farthing: which command\? One of: .*\btest\b.*\n$/);
  expect((await launch('../server')).errors).toMatch(/^farthing: there is no command "\.\.\/server"\. .*\n$/);
});

it('passes arguments on and ends with the code of the command', async () => {
  // A pattern that matches no test: whatever else it were, these tests would run themselves.
  const nothingMatches = await launch('test', 'no-such-test-file');
  expect(nothingMatches.code).toBe(1);
  expect(nothingMatches.output.trimEnd().split('\n').at(-1)).toBe('0 passed, 1 failed');
});

it('lets a command see one signal where a Ctrl-C under npm sends three', async () => {
  const program = `
    let seen = 0;
    process.on('SIGINT', () => console.log('stop', ++seen));
    process.on('SIGTERM', () => process.exit(7));
    console.log('ready');
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['--import', oncePerStop, '--eval', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (line === 'ready') for (let times = 0; times < 3; times++) child.kill('SIGINT');
    // Signals of one kind may be merged on the way, another kind comes after them.
    if (line === 'stop 1') child.kill('SIGTERM');
  }
  expect(lines).toEqual(['ready', 'stop 1']);
  expect(await exited).toEqual([7, null]);
});

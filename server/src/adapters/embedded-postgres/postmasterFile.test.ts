import { expect, it } from 'vitest';
import { parsePostmasterFile } from './postmasterFile.ts';

const whole = ['4711', '/data/pgdata', '1763712000', '40123', '', '127.0.0.1', '  1234567   65536', 'ready   ', ''];

it('reads pid, port and readiness of a whole file', () => {
  expect(parsePostmasterFile(whole.join('\n'))).toEqual({ pid: 4711, port: 40123, ready: true });
});

it('calls a server that still starts, or whose file has no eighth line yet, not ready', () => {
  expect(parsePostmasterFile(whole.with(7, 'starting').join('\n'))).toMatchObject({ ready: false });
  expect(parsePostmasterFile(whole.slice(0, 7).join('\n'))).toMatchObject({ pid: 4711, ready: false });
});

it('takes an empty or damaged file for none', () => {
  expect(parsePostmasterFile('')).toBeUndefined();
  expect(parsePostmasterFile('rubbish\n')).toBeUndefined();
});

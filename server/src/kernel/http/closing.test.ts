import { pino } from 'pino';
import { expect, it } from 'vitest';
import { Envelope } from '../envelope.ts';
import { createPool } from '../db/pool.ts';
import { type Guard, buildServer } from './server.ts';

it('answers what is under way when it closes, and waits for no connection that is kept alive', async () => {
  const nobody: Guard = () => Promise.reject(new Error('No operation asks for a guard here.'));
  const pool = createPool('postgres://127.0.0.1:1/nobody', { max: 1, onError: () => {} });
  const envelope = new Envelope({ pool, reactions: [] });
  const server = buildServer({
    operations: [],
    envelope,
    keyed: envelope,
    guards: { key: nobody, admin: nobody, public: nobody },
    logger: pino({ level: 'silent' }),
  });
  const arrived = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  server.get('/slow', async () => {
    arrived.resolve();
    await finish.promise;
    return { done: true };
  });
  // Only once it has begun to close.
  server.addHook('preClose', async () => finish.resolve());
  const base = await server.listen({ host: '127.0.0.1', port: 0 });
  const answer = fetch(`${base}/slow`);
  await arrived.promise;
  const closed = server.close();
  const response = await answer;
  expect(response.headers.get('connection')).toBe('close');
  expect(await response.json()).toEqual({ done: true });
  // Left open, the connection would be kept for more than a minute, and the test would fail by its time.
  await closed;
  await pool.end();
});

import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { describeOperations } from '../app.ts';
import { metrics, watchDatabase, watchRequests } from '../kernel/metrics.ts';
import type { Module } from '../kernel/module.ts';
import { addReferencePage } from './referencePage.ts';

interface SystemRoutesOptions {
  readonly pool: pg.Pool;
  readonly adminPool: pg.Pool;
  readonly modules: readonly Module[];
}

/** What operators and developers look at besides the API: health, readiness, metrics, the document and its reference page. */
export function addSystemRoutes(server: FastifyInstance, { pool, adminPool, modules }: SystemRoutesOptions): void {
  let document: string | undefined;
  watchRequests(server);
  watchDatabase(adminPool, modules);

  server.get('/health', async () => ({ status: 'ok' }));
  server.get('/ready', async (_request, reply) => {
    try {
      await pool.query('select 1');
      return { status: 'ready' };
    } catch {
      return reply.code(503).header('retry-after', '1').send({ status: 'database unreachable' });
    }
  });
  server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));
  server.get('/openapi.json', async (_request, reply) => {
    document ??= describeOperations(modules);
    return reply.type('application/json').send(document);
  });
  addReferencePage(server);
}

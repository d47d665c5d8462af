import { hkdfSync } from 'node:crypto';
import { pino } from 'pino';
import { createSmtpMailer } from '../adapters/smtp/index.ts';
import { type AppConfig, createModules } from '../app.ts';
import { applicationRole, createPool, meterRole } from '../kernel/db/pool.ts';
import { Envelope } from '../kernel/envelope.ts';
import { Lookups } from '../kernel/lookups.ts';
import { startWorker, type Worker } from '../kernel/worker.ts';
import { adminGuard, apiKeyGuard, publicGuard } from '../modules/identity/index.ts';
import { connectionsOfIntake } from '../modules/metering/index.ts';
import { ensureCredentials } from './ensureCredentials.ts';
import type { Config } from './readConfig.ts';
import type { CommandContext } from './runCommand.ts';

/** The product over one migrated database; which parts run is up to the command. */
interface Runtime {
  /** Answers HTTP until the command stops. */
  serve(context: Pick<CommandContext, 'onStop'>): Promise<{ readonly address: string; readonly madeCredentials: boolean }>;
  startWorker(): Promise<Worker>;
  stop(): Promise<void>;
}

const poolSize = 16;
/** Events sent with an idempotency key that are taken at once: each keeps its connection until its event is on disk. */
const keyedPoolSize = 8;

/** What links to the portal are signed with: of the operator's secret, which every process has, and no way back to it. */
const portalKey = (secret: string): Uint8Array => new Uint8Array(hkdfSync('sha256', secret, '', 'farthing portal links', 32));

/** What only a process that answers HTTP needs: a fifth of what a worker would load to start. */
async function loadHttp() {
  const [{ buildServer }, { collectSeldom }, { listenOn }, { addSystemRoutes }] = await Promise.all([
    import('../kernel/http/server.ts'),
    import('./collectSeldom.ts'),
    import('./listenOn.ts'),
    import('./systemRoutes.ts'),
  ]);
  return { addSystemRoutes, buildServer, collectSeldom, listenOn };
}

/** `replaced` says what is not to be the product's own. */
export function createRuntime(config: Config, adminUrl: string, replaced: Pick<AppConfig, 'writer'> = {}): Runtime {
  // Secrets travel in these headers; no log line may carry them.
  const redact = ['req.headers.authorization', 'req.headers["x-admin-secret"]', 'req.headers["idempotency-key"]'];
  const logger = pino({ level: config.logLevel, redact }, pino.destination(2));
  const onError = (error: Error) => logger.warn({ err: error }, 'an idle database connection was lost');
  const pool = createPool(adminUrl, { max: poolSize, role: applicationRole, onError });
  const keyedPool = createPool(adminUrl, { max: keyedPoolSize, role: applicationRole, onError });
  const adminPool = createPool(adminUrl, { max: 2, onError });
  const meterPool = createPool(adminUrl, { max: connectionsOfIntake, role: meterRole, onError });
  const lookups = new Lookups({ url: adminUrl, onError });
  const mailer = config.smtp === null ? null : createSmtpMailer(config.smtp);
  const secret = Promise.withResolvers<string>();
  const portal = config.portalUrl === null ? null : { url: config.portalUrl, key: secret.promise.then(portalKey) };
  // Who replaces the store has it in this thread.
  const threadUrl = replaced.writer === undefined ? adminUrl : null;
  const modules = createModules({ egressAllow: config.egressAllow, mailer, portal, logger, pool, meterPool, lookups, threadUrl, ...replaced });
  const guards = { key: apiKeyGuard({ pool, lookups }), public: publicGuard };
  const envelope = new Envelope({ pool, lookups, reactions: modules.flatMap((module) => module.reactions ?? []) });

  return {
    async serve({ onStop }) {
      const { addSystemRoutes, buildServer, collectSeldom, listenOn } = await loadHttp();
      collectSeldom();
      const credentials = await ensureCredentials(config, envelope);
      secret.resolve(credentials.admin_secret);
      await lookups.start();
      const server = buildServer({
        operations: modules.flatMap((module) => module.operations ?? []),
        envelope,
        keyed: new Envelope({ pool: keyedPool, reactions: [] }),
        guards: { ...guards, admin: adminGuard(credentials.admin_secret) },
        logger,
      });
      onStop(() => server.close());
      addSystemRoutes(server, { pool, adminPool, modules });
      return { address: await listenOn(server, config), madeCredentials: credentials.isNew };
    },
    startWorker: () => startWorker({ adminUrl, pool, envelope, modules, logger }),
    async stop() {
      for (const module of modules) await module.stop?.();
      await lookups.stop();
      await Promise.all([pool.end(), keyedPool.end(), adminPool.end(), meterPool.end()]);
    },
  };
}

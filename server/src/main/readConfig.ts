import { resolve } from 'node:path';
import { StartupProblem } from '../adapters/embedded-postgres/index.ts';

/** Everything the environment decides; every variable is optional. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Absolute: the embedded database, the credentials and the logs live here. */
  readonly dataDir: string;
  /** Null: the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  /** Null: kept in credentials.json, made on first start. */
  readonly adminSecret: string | null;
  readonly egressAllow: string;
  /** Where mail leaves, and from which address; null: none is sent. */
  readonly smtp: { readonly url: string; readonly from: string } | null;
  /** Where the customers' portal is, without a slash at the end; null: there is none. */
  readonly portalUrl: string | null;
  readonly logLevel: string;
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

function given(env: NodeJS.ProcessEnv, name: string): string | null {
  const value = env[name]?.trim();
  return value === undefined || value === '' ? null : value;
}

function portOf(text: string | null): number {
  const port = Number(text ?? '8787');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new StartupProblem(`PORT must be a number from 0 to 65535, not "${text}".`);
  return port;
}

function smtpOf(url: string | null, from: string | null): Config['smtp'] {
  if (url === null && from === null) return null;
  if (url === null || !/^smtps?:\/\/./.test(url) || !URL.canParse(url)) throw new StartupProblem('FARTHING_SMTP_URL must begin with smtp:// or smtps:// and name a host.');
  if (from === null || !/^[^\s@<>]+@[^\s@<>]+$/.test(from)) throw new StartupProblem('FARTHING_MAIL_FROM must be the address that mail is sent from, such as billing@example.com.');
  return { url, from };
}

function portalUrlOf(url: string | null): string | null {
  if (url === null) return null;
  const isPlain = /^https?:\/\/./.test(url) && URL.canParse(url) && !/[?#]/.test(url);
  if (!isPlain) throw new StartupProblem('FARTHING_PORTAL_URL must begin with https:// or http:// and end with a host or a path.');
  return url.replace(/\/+$/, '');
}

/** Reads the environment; `folder` is where the data lives unless it says. Throws StartupProblem with one line for what cannot be used. */
export function readConfig(env: NodeJS.ProcessEnv, folder = '.farthing'): Config {
  const adminSecret = given(env, 'FARTHING_ADMIN_SECRET');
  if (adminSecret !== null && adminSecret.length < 32) throw new StartupProblem('FARTHING_ADMIN_SECRET must have at least 32 characters.');
  const logLevel = given(env, 'FARTHING_LOG_LEVEL') ?? 'warn';
  if (!logLevels.includes(logLevel)) throw new StartupProblem(`FARTHING_LOG_LEVEL must be one of ${logLevels.join(', ')}.`);
  const databaseUrl = given(env, 'DATABASE_URL');
  if (databaseUrl !== null && !/^postgres(ql)?:\/\//.test(databaseUrl))
    throw new StartupProblem('DATABASE_URL must begin with postgres:// or postgresql://.');
  return {
    host: given(env, 'FARTHING_HOST') ?? '127.0.0.1',
    port: portOf(given(env, 'PORT')),
    dataDir: resolve(given(env, 'FARTHING_DATA_DIR') ?? folder),
    databaseUrl,
    adminSecret,
    egressAllow: given(env, 'FARTHING_EGRESS_ALLOW') ?? '',
    smtp: smtpOf(given(env, 'FARTHING_SMTP_URL'), given(env, 'FARTHING_MAIL_FROM')),
    portalUrl: portalUrlOf(given(env, 'FARTHING_PORTAL_URL')),
    logLevel,
  };
}

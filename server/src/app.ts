import pg from 'pg';
import { type Logger, pino } from 'pino';
import type { EventType } from './kernel/event.ts';
import { Lookups } from './kernel/lookups.ts';
import type { Module } from './kernel/module.ts';
import { buildOpenApi } from './kernel/openapi.ts';
import { addOns } from './modules/addOns/index.ts';
import { alerts, followAlerts } from './modules/alerts/index.ts';
import { audit } from './modules/audit/index.ts';
import { catalog } from './modules/catalog/index.ts';
import { customers, type PortalAccess } from './modules/customers/index.ts';
import { discounts } from './modules/discounts/index.ts';
import { entities } from './modules/entities/index.ts';
import { entitlements } from './modules/entitlements/index.ts';
import { features } from './modules/features/index.ts';
import { identity } from './modules/identity/index.ts';
import { integrations } from './modules/integrations/index.ts';
import { feeOfNext, invoicing } from './modules/invoicing/index.ts';
import { ledger } from './modules/ledger/index.ts';
import { copyEvents, type EventWriter, metering, openSpan, readUnits } from './modules/metering/index.ts';
import { mail, type MailPort } from './modules/mail/index.ts';
import { metrics } from './modules/metrics/index.ts';
import { payments } from './modules/payments/index.ts';
import { subscriptions } from './modules/subscriptions/index.ts';
import { taxes } from './modules/taxes/index.ts';
import { wallets } from './modules/wallets/index.ts';
import { webhooks } from './modules/webhooks/index.ts';

/** What the outside world decides: set once, at start. */
export interface AppConfig {
  /** CIDRs that webhooks may reach although they are private, comma-separated. */
  readonly egressAllow: string;
  readonly logger: Logger;
  /** Acts as the application's role. */
  readonly pool: pg.Pool;
  /** Acts as the meter's role. */
  readonly meterPool: pg.Pool;
  readonly lookups: Lookups;
  /** The database, as its owner, for threads with connections of their own; without it there are none. */
  readonly threadUrl?: string | null;
  /** Where usage events are stored; in the database where nothing is said. */
  readonly writer?: EventWriter;
  /** What takes letters away; without it none are sent. */
  readonly mailer?: MailPort | null;
  /** Where customers look after their things themselves; without it nobody is sent there. */
  readonly portal?: PortalAccess | null;
}

/** The product: every module, in order of rank. */
export function createModules({ egressAllow, logger, pool, meterPool, lookups, writer = copyEvents(meterPool), threadUrl = null, mailer = null, portal = null }: AppConfig): readonly Module[] {
  const publishedEvents = () =>
    new Set(modules.flatMap((module) => module.events ?? []).filter(({ webhook }) => webhook).map(({ name }) => name));
  const modules: readonly Module[] = [
    ...[identity, audit, ledger, webhooks({ egressAllow, logger, publishedEvents })],
    ...[metrics, catalog, addOns, taxes, features, entities],
    customers(portal),
    ...[subscriptions, discounts, wallets],
    ...[metering({ pool, lookups, writer, feeOfNext, threadUrl, logger }), entitlements({ lookups, spanAt: openSpan, readUnits })],
    invoicing([followAlerts], logger),
    payments,
    mail(mailer),
    alerts,
    integrations,
  ];
  return modules;
}

/** The same modules for what is said about them: nothing is connected. */
export function modulesToDescribe(): readonly Module[] {
  const url = 'postgres://127.0.0.1:1/nowhere';
  const [pool, meterPool] = [new pg.Pool({ connectionString: url }), new pg.Pool({ connectionString: url })];
  const lookups = new Lookups({ url, onError: () => {} });
  return createModules({ egressAllow: '', logger: pino({ level: 'silent' }), pool, meterPool, lookups });
}

const info = {
  title: 'Farthing',
  version: '0.1.0',
  description:
    'Usage-based billing: exact, safe, fast, self-hosted. Amounts named `*_cents` are integers of the currency’s minor unit; ' +
    'prices, rates and quantities are decimal strings.',
  tags: {
    Organizations: 'Organizations, their environments and API keys.',
    'Test clock': 'The time of the sandbox.',
    Operations: 'About this server.',
    'Billing Entities': 'Who issues invoices.',
    Customers: 'Who is billed.',
    'Billable Metrics': 'What is measured.',
    Plans: 'What it costs.',
    Commitments: 'What it costs at least.',
    Thresholds: 'When usage is invoiced before its period ends.',
    'Add-ons': 'What is sold apart from plans.',
    Taxes: 'What is collected for authorities.',
    Features: 'What plans can grant.',
    Entitlements: 'What plans and subscriptions grant, and who may use what.',
    Subscriptions: 'Customers on plans.',
    Coupons: 'What is taken off invoices.',
    Events: 'Usage, as it happens.',
    Usage: 'What was used, and what it costs so far.',
    'Usage Alerts': 'Being told when usage has come so far.',
    Invoices: 'What is owed.',
    Fees: 'The lines of invoices.',
    'Credit Notes': 'What is given back.',
    Wallets: 'Credits paid for or given ahead.',
    Payments: 'Money that arrived.',
    Ledger: 'The books: every movement of money and credit, twice.',
    Webhooks: 'Being told what happened.',
    'Audit Logs': 'Who did what, when.',
  },
};

/** All events by name: how a module lists its own is not part of the document. */
function eventsOf(modules: readonly Module[]): readonly EventType[] {
  return modules.flatMap((module) => module.events ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The OpenAPI document as committed and served. */
export function describeOperations(modules: readonly Module[]): string {
  const operations = modules.flatMap((module) => module.operations ?? []);
  const events = eventsOf(modules);
  return `${JSON.stringify(buildOpenApi(info, operations, events), null, 2)}\n`;
}

/** The catalogue of events, for people. */
export function describeEvents(modules: readonly Module[]): string {
  const rows = eventsOf(modules).map(
    ({ name, subject, description, webhook }) => `| \`${name}\` | ${subject} | ${webhook ? 'yes' : 'no'} | ${description} |`,
  );
  return ['# Events', '', 'Generated from the declarations by `npm run goldens`; do not edit.', '', '| event | subject | webhook | when |', '|---|---|---|---|', ...rows, ''].join('\n');
}

import type { Logger } from 'pino';
import type { Module } from '../../kernel/module.ts';
import { createEgress } from './createEgress.ts';
import { fanOut } from './fanOut.ts';
import * as events from './webhooks.events.ts';
import { deliverJob } from './webhooks.jobs.ts';
import { webhooksOperations } from './webhooks.routes.ts';

interface WebhooksConfig {
  /** CIDRs that may be called although they are private, comma-separated. */
  readonly egressAllow: string;
  readonly logger: Logger;
  /** The names of all events that webhooks carry, of every module; asked for when endpoints are saved. */
  readonly publishedEvents: () => ReadonlySet<string>;
}

const callTimeoutMs = 10_000;

/** Endpoints, messages and their delivery, with one HTTP client for all calls to addresses that users give. */
export function webhooks({ egressAllow, logger, publishedEvents }: WebhooksConfig): Module {
  const egress = createEgress({ allow: egressAllow, timeoutMs: callTimeoutMs });
  const deliver = deliverJob(egress, logger);
  return {
    name: 'webhooks',
    operations: webhooksOperations({ egress, publishedEvents }, deliver),
    events: Object.values(events),
    reactions: [{ name: 'webhooks.fanOut', to: 'every_webhook_event', handle: (tx, occurred) => fanOut(tx, occurred, deliver) }],
    jobs: [deliver],
    stop: () => egress.close(),
  };
}

import { Counter } from 'prom-client';
import { metrics } from '../../../kernel/metrics.ts';
import type { Answered } from './ingestEvents.ts';

const events = new Counter({
  name: 'farthing_usage_events_total',
  help: 'Usage events answered, by what became of them; its rate is the rate of intake.',
  labelNames: ['status'],
  registers: [metrics],
});

/** Counts what became of events, for who watches the process. */
export function countAnswered(answered: Answered): void {
  for (const [status, count] of Object.entries(answered)) events.inc({ status }, count);
}

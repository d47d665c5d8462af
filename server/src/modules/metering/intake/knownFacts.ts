import type pg from 'pg';
import { kyselyOver } from '../../../kernel/db/kysely.ts';
import { transact } from '../../../kernel/db/transaction.ts';
import type { Caches, LookupCache } from '../../../kernel/lookups.ts';
import type { Tenant } from '../../../kernel/scope.ts';
import { type Facts, storesUnknownMetrics, targetKey } from '../judgeEvents.ts';
import { coverageOf, type EventTarget, type KnownMetric, metricsByCode, type TargetCoverage } from '../metering.sql.ts';

const isComplete = ({ customer, spans }: TargetCoverage): boolean => customer && spans.length > 0;

/** What is not in memory, by its key, and where what is read goes. */
interface Reading {
  readonly missing: ReadonlyMap<string, EventTarget>;
  readonly metrics: Map<string, KnownMetric>;
  readonly coverage: Map<EventTarget, TargetCoverage>;
}

/**
 * Metrics, customers and subscriptions from memory. What is not there, or counts nothing yet, is not kept: it may be made at any time,
 * and counts from then on.
 */
export class KnownFacts {
  readonly #pool: pg.Pool;
  readonly #metrics: LookupCache<KnownMetric>;
  readonly #coverage: LookupCache<TargetCoverage>;

  constructor(pool: pg.Pool, lookups: Pick<Caches, 'cache'>) {
    this.#pool = pool;
    this.#metrics = lookups.cache({ subjects: ['billable_metric', 'plan', 'subscription'], most: 20_000 });
    this.#coverage = lookups.cache({ subjects: ['billable_metric', 'plan', 'subscription', 'customer'], most: 200_000 });
  }

  async about(tenant: Tenant, targets: readonly EventTarget[]): Promise<Facts> {
    const metrics = new Map<string, KnownMetric>();
    const coverage = new Map<EventTarget, TargetCoverage>();
    const missing = new Map<string, EventTarget>();
    for (const target of targets) {
      const key = targetKey(target);
      let metric = metrics.get(target.code);
      if (metric === undefined) {
        metric = this.#metrics.peek(tenant.id, target.code);
        if (metric !== undefined) metrics.set(target.code, metric);
      }
      const covered = this.#coverage.peek(tenant.id, key);
      if (covered !== undefined) coverage.set(target, covered);
      if (metric === undefined || covered === undefined) missing.set(key, target);
    }
    const storesUnknown = missing.size > 0 && (await this.#read(tenant, targets, { missing, metrics, coverage }));
    return {
      metricOf: (code) => metrics.get(code),
      storesUnknown,
      coverageOf: (target) => coverage.get(target),
    };
  }

  async #read(tenant: Tenant, targets: readonly EventTarget[], { missing, metrics, coverage }: Reading): Promise<boolean> {
    const [metricDrawer, coverageDrawer] = [this.#metrics.drawer(tenant.id), this.#coverage.drawer(tenant.id)];
    return transact(this.#pool, { tenantId: tenant.id, readOnly: true }, async (client) => {
      const db = kyselyOver(client);
      const asked = [...missing.values()];
      const codes = [...new Set(asked.map(({ code }) => code))].filter((code) => !metrics.has(code));
      for (const [code, metric] of codes.length === 0 ? [] : await metricsByCode(db, codes)) {
        metrics.set(code, metric);
        metricDrawer.keep(code, metric);
      }
      const found = new Map([...missing.keys()].map((key, place) => [key, place]));
      const read = await coverageOf(db, asked);
      for (const [key, place] of found) {
        const covered = read[place];
        if (covered !== undefined && isComplete(covered)) coverageDrawer.keep(key, covered);
      }
      for (const target of targets) {
        const covered = read[found.get(targetKey(target)) ?? -1];
        if (covered !== undefined) coverage.set(target, covered);
      }
      return codes.some((code) => !metrics.has(code)) && storesUnknownMetrics(db, tenant);
    });
  }
}

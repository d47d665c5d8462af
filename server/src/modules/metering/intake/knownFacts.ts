import type pg from 'pg';
import { kyselyOver } from '../../../kernel/db/kysely.ts';
import { transact } from '../../../kernel/db/transaction.ts';
import type { LookupCache, Lookups } from '../../../kernel/lookups.ts';
import type { Tenant } from '../../../kernel/scope.ts';
import { type Facts, storesUnknownMetrics, targetKey } from '../judgeEvents.ts';
import { coverageOf, type EventTarget, type KnownMetric, metricsByCode, type TargetCoverage } from '../metering.sql.ts';

const isComplete = ({ customer, spans }: TargetCoverage): boolean => customer && spans.length > 0;

/**
 * Metrics, customers and subscriptions from memory. What is not there, or counts nothing yet, is not kept: it may be made at any time,
 * and counts from then on.
 */
export class KnownFacts {
  readonly #pool: pg.Pool;
  readonly #metrics: LookupCache<KnownMetric>;
  readonly #coverage: LookupCache<TargetCoverage>;

  constructor(pool: pg.Pool, lookups: Lookups) {
    this.#pool = pool;
    this.#metrics = lookups.cache({ subjects: ['billable_metric', 'plan', 'subscription'], most: 20_000 });
    this.#coverage = lookups.cache({ subjects: ['billable_metric', 'plan', 'subscription', 'customer'], most: 200_000 });
  }

  async about(tenant: Tenant, targets: readonly EventTarget[]): Promise<Facts> {
    const metrics = new Map<string, KnownMetric>();
    const coverage = new Map<string, TargetCoverage>();
    const missing = new Map<string, EventTarget>();
    for (const target of targets) {
      const key = targetKey(target);
      const metric = metrics.get(target.code) ?? this.#metrics.peek(tenant.id, target.code);
      const covered = this.#coverage.peek(tenant.id, key);
      if (metric !== undefined) metrics.set(target.code, metric);
      if (covered !== undefined) coverage.set(key, covered);
      if (metric === undefined || covered === undefined) missing.set(key, target);
    }
    const storesUnknown = missing.size > 0 && (await this.#read(tenant, [...missing.values()], metrics, coverage));
    return {
      metricOf: (code) => metrics.get(code),
      storesUnknown,
      coverageOf: (target) => coverage.get(targetKey(target)),
    };
  }

  async #read(tenant: Tenant, targets: readonly EventTarget[], metrics: Map<string, KnownMetric>, coverage: Map<string, TargetCoverage>): Promise<boolean> {
    const [metricDrawer, coverageDrawer] = [this.#metrics.drawer(tenant.id), this.#coverage.drawer(tenant.id)];
    return transact(this.#pool, { tenantId: tenant.id, readOnly: true }, async (client) => {
      const db = kyselyOver(client);
      const codes = [...new Set(targets.map(({ code }) => code))].filter((code) => !metrics.has(code));
      for (const [code, metric] of codes.length === 0 ? [] : await metricsByCode(db, codes)) {
        metrics.set(code, metric);
        metricDrawer.keep(code, metric);
      }
      for (const [place, found] of (await coverageOf(db, targets)).entries()) {
        const key = targetKey(targets[place] as EventTarget);
        coverage.set(key, found);
        if (isComplete(found)) coverageDrawer.keep(key, found);
      }
      return codes.some((code) => !metrics.has(code)) && storesUnknownMetrics(db, tenant);
    });
  }
}

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Call, clockArrived, startTestApp, type TestApp } from '../server/src/testing/app.ts';
import { checkBooks, checkExplanation, checkLeftOut, checkPreview } from './checks.ts';
import { creditNoteTable, invoiceTable } from './tables.ts';
import type { WireCreditNote, WireInvoice, WirePreview } from './wire.ts';

/**
 * How a file's lives are told. A life is told from first to last, in an organization of its own. When its story is told, what holds in
 * every life is checked: each invoice is explained to its total, at least one was announced by a preview that was right, and the books
 * add up.
 */
export function lives(): (name: string, tell: (l: Life) => Promise<void>) => void {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(async () => {
    await checkBooks(app.adminUrl);
    await app.close();
  });
  return (name, tell) =>
    it(name, async () => {
      const { id, sandbox } = await app.otherOrganization();
      const l = new Life(sandbox, (ask) => app.until(ask, id));
      await tell(l);
      for (const invoice of await l.list()) {
        const { explanation } = await l.must('GET', `/v1/invoices/${invoice.id}/explain`);
        checkExplanation(invoice, explanation);
      }
      expect(l.previewsKept, 'invoices that were as previewed').toBeGreaterThan(0);
      await checkBooks(app.adminUrl, id);
    });
}

/** Where a charge of a life says which metric it is on and which events a filter is for, by names instead of ids. */
export interface LifeCharge {
  readonly metric: string;
  readonly filters?: readonly ({ readonly where: Readonly<Record<string, readonly string[]>> } & Readonly<Record<string, unknown>>)[];
  readonly [field: string]: unknown;
}

interface LifePlan {
  readonly code: string;
  readonly charges?: readonly LifeCharge[];
  readonly [field: string]: unknown;
}

interface LifeMetric {
  readonly code: string;
  /** The properties that charges may filter by, with their values. */
  readonly filters?: Readonly<Record<string, readonly string[]>>;
  readonly [field: string]: unknown;
}

interface LifeSubscription {
  /** Null: when it is activated. */
  readonly started_at?: string | null;
  readonly external_id?: string;
  readonly [field: string]: unknown;
}

/**
 * One customer and what happens to it. Bodies are those of the API. A time is the wall time in the customer's zone, such as
 * '2026-01-15T15:30' or '2026-02-01', or an instant where it has an offset.
 */
export class Life {
  readonly #call: Call;
  readonly #until: TestApp['until'];
  #zone = 'UTC';
  #started = false;
  #events = 0;
  #previewsKept = 0;
  readonly #subscriptions: string[] = [];
  readonly #metrics = new Map<string, { readonly id: string; readonly filters: ReadonlyMap<string, string> }>();

  constructor(call: Call, until: TestApp['until']) {
    this.#call = call;
    this.#until = until;
  }

  /** How many invoices were found to be what the preview before them said. */
  get previewsKept(): number {
    return this.#previewsKept;
  }

  /** The customer, before anything else; its zone is that of all times. */
  async customer(body: { readonly timezone?: string; readonly [field: string]: unknown } = {}): Promise<void> {
    const made = await this.must('POST', '/v1/customers', { external_id: 'customer', name: 'Customer', ...body });
    this.#zone = made.timezone;
  }

  /** A metric that counts, unless told otherwise. */
  async metric({ filters = {}, ...body }: LifeMetric): Promise<void> {
    const made = await this.must('POST', '/v1/billable_metrics', { aggregation_type: 'count', ...body });
    const ids = new Map<string, string>();
    for (const [key, values] of Object.entries(filters))
      ids.set(key, (await this.must('POST', `/v1/billable_metrics/${body.code}/filters`, { key, values })).id);
    this.#metrics.set(body.code, { id: made.id, filters: ids });
  }

  /** A plan by the month, unless told otherwise. */
  async plan({ charges = [], ...body }: LifePlan): Promise<void> {
    await this.must('POST', '/v1/plans', { interval: 'monthly', ...body, charges: charges.map((charge) => this.#chargeOf(charge)) });
  }

  /** Sets the clock the first time, then lets time pass; the next invoice of each subscription must be as previewed before. */
  async at(time: string): Promise<void> {
    const to = this.instant(time).toString();
    if (!this.#started) {
      await this.must('POST', '/v1/test_clock', { now: to });
      this.#started = true;
      return;
    }
    const previews = await this.#previews();
    await this.must('POST', '/v1/test_clock/advance', { to });
    await this.arrived();
    const invoices = await this.list();
    for (const [subscription, preview] of previews) {
      if (Temporal.Instant.compare(preview.issuing_at, to) > 0) continue;
      const made = invoices.find(({ subscriptions, created_at: madeAt }) => madeAt === preview.issuing_at && subscriptions.some((one) => one.subscription_id === subscription));
      if (made === undefined && (await this.#skipsNothing())) {
        checkLeftOut(preview, subscription);
        continue;
      }
      checkPreview(preview, made);
      this.#previewsKept++;
    }
  }

  /** A subscription to a plan, called like it unless given an external_id; it starts now unless told otherwise. */
  async subscribe(plan: string, body: LifeSubscription = {}): Promise<void> {
    const { now } = await this.must('GET', '/v1/test_clock');
    const given = { external_id: plan, customer_id: 'customer', plan_id: plan, started_at: now, ...this.#times(body) };
    this.#subscriptions.push((await this.must('POST', '/v1/subscriptions', given)).id);
  }

  /** Gives the customer a coupon, called like its code unless given a name; a percentage for ever unless told otherwise. */
  async coupon(code: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    await this.must('POST', '/v1/coupons', { code, name: code, coupon_type: 'percentage', frequency: 'forever', ...body });
    await this.must('POST', '/v1/coupons/apply', { coupon_code: code, customer_id: 'customer' });
  }

  /** Starts a subscription now. */
  async activate(subscription: string): Promise<void> {
    await this.must('POST', `/v1/subscriptions/${encodeURIComponent(subscription)}/activate`);
  }

  /** Changes a subscription. */
  async change(subscription: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    await this.must('PUT', `/v1/subscriptions/${encodeURIComponent(subscription)}`, this.#times(body));
  }

  /** Asks something of a subscription: pause, resume, cancel, uncancel, and what it takes. */
  async ask(subscription: string, action: string): Promise<void> {
    await this.must('POST', `/v1/subscriptions/${encodeURIComponent(subscription)}/${action}`);
  }

  /** Ends a subscription now. */
  async terminate(subscription: string, action?: 'generate_invoice' | 'generate_credit_note' | 'skip'): Promise<void> {
    await this.must('DELETE', `/v1/subscriptions/${encodeURIComponent(subscription)}${action === undefined ? '' : `?on_termination_action=${action}`}`);
  }

  /** So many events, or one with these properties; for one subscription only where it is named. */
  async use(code: string, what: number | Readonly<Record<string, unknown>>, time: string, subscription?: string): Promise<void> {
    const event = () => ({
      transaction_id: `event-${++this.#events}`,
      external_customer_id: 'customer',
      code,
      timestamp: this.instant(time).toString(),
      ...(subscription === undefined ? {} : { external_subscription_id: subscription }),
      ...(typeof what === 'number' ? {} : { properties: what }),
    });
    const events = Array.from({ length: typeof what === 'number' ? what : 1 }, event);
    for (let from = 0; from < events.length; from += 1000) {
      const { results } = await this.must('POST', '/v1/events/batch', { events: events.slice(from, from + 1000) });
      const stored = results.every(({ status }: { status: string }) => status === 'ingested' || status === 'unmatched');
      if (!stored) throw new Error(`Events were not stored: ${JSON.stringify(results)}`);
    }
  }

  /** Pays what is due on an invoice, or a part of it in minor units. */
  async pay(number: string, amount?: number): Promise<void> {
    const invoice = (await this.list()).find((candidate) => candidate.invoice_number === number);
    if (invoice === undefined) throw new Error(`There is no invoice ${number}.`);
    await this.must('POST', '/v1/payments/record', { invoice_id: invoice.id, amount: amount ?? invoice.amount_due_cents });
  }

  /** All invoices so far, oldest first, as a text table. */
  async invoices(): Promise<string> {
    return invoiceTable(await this.list(), this.#zone);
  }

  /** All credit notes so far, oldest first, as a text table. */
  async creditNotes(): Promise<string> {
    const notes: WireCreditNote[] = await this.must('GET', '/v1/credit_notes?order_by=created_at:asc');
    const invoices = await this.list();
    return creditNoteTable(notes, (id) => invoices.find((invoice) => invoice.id === id)?.invoice_number ?? '');
  }

  /** The invoices themselves, in the order in which they were made. */
  async list(): Promise<WireInvoice[]> {
    return this.must('GET', '/v1/invoices?order_by=created_at:asc&limit=1000');
  }

  /** Waits until there are so many invoices: some come about in the background, as usage arrives. */
  async invoiced(count: number): Promise<void> {
    await this.until(async () => ((await this.list()).length >= count ? true : undefined));
  }

  /** Asks until there is an answer, of what comes about in the background. */
  async until<T>(ask: () => Promise<T | undefined>): Promise<T> {
    return this.#until(ask);
  }

  /** Calls the API as the organization and gives the body; anything but success ends the life. */
  async must(method: string, path: string, body?: unknown) {
    const answer = await this.#call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** The instant of a wall time in the customer's zone. */
  instant(time: string): Temporal.Instant {
    if (/(?:Z|[+-]\d\d:\d\d)$/.test(time)) return Temporal.Instant.from(time);
    return Temporal.PlainDateTime.from(time).toZonedDateTime(this.#zone).toInstant();
  }

  #times(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const isTime = (key: string, value: unknown): value is string => key.endsWith('_at') && typeof value === 'string';
    return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, isTime(key, value) ? this.instant(value) : value]));
  }

  #chargeOf({ metric: code, filters = [], ...charge }: LifeCharge) {
    const metric = this.#metrics.get(code);
    if (metric === undefined) throw new Error(`There is no metric ${code}.`);
    const conditionsOf = (where: Readonly<Record<string, readonly string[]>>) =>
      Object.entries(where).map(([key, values]) => ({ billable_metric_filter_id: metric.filters.get(key), values }));
    return {
      charge_model: 'standard',
      ...charge,
      billable_metric_id: metric.id,
      filters: filters.map(({ where, ...filter }) => ({ ...filter, conditions: conditionsOf(where) })),
    };
  }

  /** The next invoice of each subscription that will have one. */
  async #previews(): Promise<Map<string, WirePreview>> {
    const previews = new Map<string, WirePreview>();
    for (const id of this.#subscriptions) {
      const answer = await this.#call('POST', '/v1/invoices/preview', { subscription_id: id });
      if (answer.status === 200) previews.set(id, answer.body);
      else expect(answer.body.code).toBeOneOf(['nothing_to_invoice', 'subscription_not_started']);
    }
    return previews;
  }

  /** Whether the organization wants no invoices over nothing. */
  async #skipsNothing(): Promise<boolean> {
    return (await this.must('GET', '/v1/organizations/current')).skip_zero_invoices;
  }

  /** Waits until the clock, which was set going, has arrived. */
  async arrived(): Promise<void> {
    await clockArrived(() => this.must('GET', '/v1/test_clock'));
  }
}

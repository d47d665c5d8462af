import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Call, clockArrived, startTestApp, type TestApp } from '../../testing/app.ts';
import { auditBooks } from '../../torture/books.ts';

// The law: in whatever order invoices are paid in part, credited, refunded, written off and voided, plans change and subscriptions pause and
// end, no fee is given back twice, no more money goes back than came, every total is what settled it and what is due, and the books hold.

const which = fc.nat({ max: 20 });
const percent = fc.oneof(fc.constant(100), fc.integer({ min: 1, max: 110 }));

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('note' as const), which, percent, type: fc.constantFrom('credit', 'refund', 'refund', 'offset'), fees: fc.integer({ min: 1, max: 7 }), isDraft: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pay' as const), which, percent }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('refunded' as const, 'refundFailed' as const, 'voidNote' as const, 'finalizeNote' as const), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('void' as const, 'regenerate' as const, 'writeOff' as const, 'reverseWriteOff' as const), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('sell' as const, 'oneOff' as const), amount: fc.integer({ min: 1, max: 9000 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('plan' as const), plan: fc.constantFrom('small', 'big'), proration: fc.constantFrom('day', 'none', 'full_price', 'difference') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('pause' as const, 'resume' as const, 'terminate' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 20 }) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Fee {
  readonly id: string;
  readonly amount_cents: number;
  readonly credited_amount_cents: number;
  readonly progressive_billing_credit_amount_cents: number;
}

interface Invoice {
  readonly id: string;
  readonly status: string;
  readonly written_off_amount_cents: number;
  readonly total_cents: number;
  readonly credit_notes_amount_cents: number;
  readonly prepaid_credit_amount_cents: number;
  readonly amount_paid_cents: number;
  readonly amount_due_cents: number;
  readonly fees: readonly Fee[];
}

interface Note {
  readonly id: string;
  readonly invoice_id: string;
  readonly status: string;
  readonly refund_status: string | null;
  readonly voided_at: string | null;
  readonly total_amount_cents: number;
  readonly offset_amount_cents: number;
  readonly credit_amount_cents: number;
  readonly refund_amount_cents: number;
  readonly balance_amount_cents: number;
  readonly voided_amount_cents: number;
  readonly items: readonly { readonly fee_id: string; readonly amount_cents: number }[];
}

const isInForce = ({ status }: Invoice): boolean => status === 'finalized' || status === 'paid';
const isOwed = (invoice: Invoice): boolean => isInForce(invoice) && invoice.amount_due_cents > 0;
const isWrittenOff = (invoice: Invoice): boolean => invoice.written_off_amount_cents > 0;
const isVoided = ({ status }: Invoice): boolean => status === 'voided';
const isDraftNote = ({ status }: Note): boolean => status === 'draft';
const isToBeRefunded = ({ refund_status: status, voided_at: at }: Note): boolean => at === null && (status === 'pending' || status === 'failed');
const hasSomethingLeft = (note: Note): boolean => note.voided_at === null && (note.balance_amount_cents > 0 || note.refund_status === 'failed');

/** One of those that what is asked for fits, mostly: what is refused is to change nothing either. */
function pick<T>(all: readonly T[], fits: (one: T) => boolean, place: number): T | undefined {
  const from = place % 7 === 6 ? all : all.filter(fits);
  return from[place % Math.max(from.length, 1)];
}

/** What a life begins with. */
interface Beginning {
  /** Percent off everything. */
  readonly coupon: number;
  /** Whether the first invoice is paid at once. */
  readonly isPaid: boolean;
}

const started = Temporal.Instant.from('2026-01-05T10:00:00Z');

class Life {
  readonly #call: Call;
  /** What was done, and what came of it. */
  readonly told: string[] = [];
  /** How often something was done that was not refused. */
  changes = 0;
  #now = started;
  #wallet = '';

  constructor(call: Call) {
    this.#call = call;
  }

  async must(method: string, path: string, body?: unknown) {
    const answer = await this.#call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Asks for something that may be refused, but never fail. */
  async #ask(method: string, path: string, body?: unknown) {
    const { status, body: answer } = await this.#call(method, path, body);
    this.told.push(`${method} ${path} ${JSON.stringify(body ?? {})}: ${status} ${answer?.code ?? ''}`);
    expect(status, this.told.join('\n')).toSatisfy((one: number) => one < 300 || [404, 409, 422].includes(one));
    if (status >= 300) return null;
    this.changes += 1;
    return answer ?? {};
  }

  async begin({ coupon, isPaid }: Beginning): Promise<void> {
    await this.must('POST', '/v1/test_clock', { now: started.toString() });
    await this.must('POST', '/v1/taxes', { code: 'vat', name: 'VAT', rate: 19, applied_to_organization: true });
    for (const [code, amount_cents] of [['small', 3100], ['big', 6207]] as const)
      await this.must('POST', '/v1/plans', { code, name: code, interval: 'monthly', currency: 'EUR', pay_in_advance: true, amount_cents });
    await this.must('POST', '/v1/customers', { external_id: 'c', name: 'C', currency: 'EUR' });
    if (coupon > 0) {
      await this.must('POST', '/v1/coupons', { code: 'off', name: 'Off', coupon_type: 'percentage', percentage_rate: coupon, frequency: 'forever' });
      await this.must('POST', '/v1/coupons/apply', { coupon_code: 'off', customer_id: 'c' });
    }
    const wallet = await this.must('POST', '/v1/wallets', { customer_id: 'c', currency: 'EUR', initial_granted_credits: 1000 });
    this.#wallet = wallet.id;
    await this.must('POST', '/v1/subscriptions', { external_id: 's', customer_id: 'c', plan_id: 'small', started_at: started.toString() });
    const [first] = await this.invoices();
    if (isPaid && first !== undefined) await this.must('POST', '/v1/payments/record', { invoice_id: first.id, amount: first.amount_due_cents });
  }

  async do(one: Step): Promise<void> {
    if ('which' in one) await this.#onDocument(one);
    else if ('amount' in one) await this.#sell(one);
    else if (one.do === 'wait') await this.#wait(one.days);
    else if (one.do === 'plan') await this.#ask('PUT', '/v1/subscriptions/s', { plan_id: one.plan, timing: 'now', proration: one.proration });
    else if (one.do === 'terminate') await this.#ask('DELETE', '/v1/subscriptions/s?on_termination_action=generate_credit_note');
    else await this.#ask('POST', `/v1/subscriptions/s/${one.do}`);
  }

  async #sell({ do: what, amount }: Extract<Step, { readonly amount: number }>): Promise<void> {
    if (what === 'sell') await this.#ask('POST', `/v1/wallets/${this.#wallet}/top_up`, { credits: amount, type: 'purchased' });
    else await this.#ask('POST', '/v1/invoices/one_off', { customer_id: 'c', currency: 'EUR', line_items: [{ description: 'Hours', quantity: 1, unit_price: (amount / 100).toFixed(2) }] });
  }

  async #wait(days: number): Promise<void> {
    this.#now = this.#now.add({ hours: 24 * days });
    await this.must('POST', '/v1/test_clock/advance', { to: this.#now.toString() });
    await clockArrived(() => this.must('GET', '/v1/test_clock'));
    this.told.push(`waited ${days} days`);
    this.changes += 1;
  }

  async #onDocument(one: Extract<Step, { readonly which: number }>): Promise<void> {
    if (one.do === 'refunded' || one.do === 'refundFailed' || one.do === 'voidNote' || one.do === 'finalizeNote') return this.#onNote(one);
    const fits = { pay: isOwed, note: isInForce, void: isOwed, writeOff: isOwed, reverseWriteOff: isWrittenOff, regenerate: isVoided }[one.do];
    const invoice = pick(await this.invoices(), fits, one.which);
    if (invoice === undefined) return;
    if (one.do === 'pay') await this.#ask('POST', '/v1/payments/record', { invoice_id: invoice.id, amount: Math.max(1, Math.floor((invoice.amount_due_cents * one.percent) / 100)) });
    else if (one.do === 'note') await this.#credit(invoice, one);
    else await this.#ask('POST', `/v1/invoices/${invoice.id}/${{ void: 'void', regenerate: 'regenerate', writeOff: 'write_off', reverseWriteOff: 'reverse_write_off' }[one.do]}`);
  }

  async #onNote({ do: what, which: place }: { readonly do: 'refunded' | 'refundFailed' | 'voidNote' | 'finalizeNote'; readonly which: number }): Promise<void> {
    const fits = { refunded: isToBeRefunded, refundFailed: isToBeRefunded, voidNote: hasSomethingLeft, finalizeNote: isDraftNote }[what];
    const note = pick(await this.notes(), fits, place);
    if (note === undefined) return;
    if (what === 'voidNote' || what === 'finalizeNote') await this.#ask('POST', `/v1/credit_notes/${note.id}/${what === 'voidNote' ? 'void' : 'finalize'}`);
    else await this.#ask('PUT', `/v1/credit_notes/${note.id}`, { refund_status: what === 'refunded' ? 'succeeded' : 'failed' });
  }

  async #credit(invoice: Invoice, { percent: part, type, fees, isDraft }: Extract<Step, { do: 'note' }>): Promise<void> {
    const items = invoice.fees.flatMap(({ id, amount_cents: amount, credited_amount_cents: credited }, index) => {
      const wanted = Math.floor(((amount - credited) * part) / 100);
      return (fees >> index) % 2 === 0 || wanted <= 0 ? [] : [{ fee_id: id, amount_cents: wanted }];
    });
    if (items.length === 0) return;
    const note = await this.#ask('POST', '/v1/credit_notes', { invoice_id: invoice.id, credit_note_type: type, reason: 'other', items });
    if (note !== null && !isDraft) await this.#ask('POST', `/v1/credit_notes/${note.id}/finalize`);
  }

  readonly invoices = async (): Promise<Invoice[]> => this.must('GET', '/v1/invoices?limit=1000&order_by=created_at:asc');
  readonly notes = async (): Promise<Note[]> => this.must('GET', '/v1/credit_notes?limit=1000&order_by=created_at:asc');
}

const sum = (list: readonly number[]): number => list.reduce((sofar, one) => sofar + one, 0);

/** What holds after every step, as the API tells it. */
async function holds(life: Life): Promise<void> {
  const [invoices, notes] = [await life.invoices(), (await life.notes()).filter(({ status }) => status === 'finalized')];
  const must = (law: string, kept: boolean) => expect(kept, `${law}\n${life.told.join('\n')}`).toBe(true);
  for (const note of notes) {
    must('a note lowers, gives and pays back what it comes to', note.offset_amount_cents + note.credit_amount_cents + note.refund_amount_cents === note.total_amount_cents);
    must('no more of its credit is left than it gave', note.balance_amount_cents >= 0 && note.balance_amount_cents <= note.credit_amount_cents);
    must('no more of it is voided than it gave', note.voided_amount_cents <= note.credit_amount_cents + note.refund_amount_cents);
  }
  for (const invoice of invoices) {
    const own = notes.filter((note) => note.invoice_id === invoice.id);
    for (const fee of invoice.fees) {
      must('no fee is given back twice', fee.credited_amount_cents >= 0 && fee.credited_amount_cents <= Math.max(fee.amount_cents, 0));
      const standing = own.filter(({ voided_at: at }) => at === null).flatMap((note) => note.items.filter((item) => item.fee_id === fee.id));
      must('notes in force are among what is given back of it', sum(standing.map((item) => item.amount_cents)) <= fee.credited_amount_cents);
    }
    const refunds = own.filter((note) => note.voided_at === null || note.refund_status === 'succeeded');
    must('no more money goes back than came', sum(refunds.map((note) => note.refund_amount_cents)) <= invoice.amount_paid_cents);
    const settled = invoice.credit_notes_amount_cents + invoice.prepaid_credit_amount_cents + invoice.amount_paid_cents + invoice.written_off_amount_cents;
    must('a total is what settled it and what is due', settled + invoice.amount_due_cents === invoice.total_cents && invoice.amount_due_cents >= 0);
  }
}

let app: TestApp;
const admin = () => new pg.Client({ connectionString: app.adminUrl });
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

async function live(beginning: Beginning, steps: readonly Step[]): Promise<void> {
  const { id, sandbox } = await app.otherOrganization();
  const life = new Life(sandbox);
  await life.begin(beginning);
  const books = admin();
  await books.connect();
  try {
    for (const one of steps) {
      const before = life.changes;
      await life.do(one);
      if (life.changes === before) continue;
      await holds(life);
      expect(await auditBooks(books, id), life.told.join('\n')).toEqual([]);
    }
  } finally {
    await books.end();
  }
}

/** A failure says its seed: with it, and a number of runs, it is seen again. */
const { FARTHING_CORRECTION_RUNS: runs = '3', FARTHING_CORRECTION_SEED: seed } = process.env;

it('credits never exceed their lines, nor refunds the money, in whatever order things are corrected', async () => {
  await fc.assert(
    fc.asyncProperty(fc.record({ coupon: fc.constantFrom(0, 30), isPaid: fc.boolean() }), fc.array(step, { minLength: 8, maxLength: 12, size: 'max' }), live),
    { numRuns: Number(runs), endOnFailure: true, ...(seed === undefined ? {} : { seed: Number(seed) }) },
  );
});

import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { systemNow } from '../kernel/clock.ts';
import type { Answer, TestApp } from '../testing/app.ts';

/** What moves credits of a wallet, as its movements name it, and what is set aside. */
type Kind = 'inbound granted' | 'inbound purchased' | 'inbound returned' | 'inbound transferred' | 'outbound invoiced' | 'outbound captured' | 'outbound transferred' | 'held';

/** What the answers of calls say was done to a wallet, in minor units. */
export class Said {
  readonly #cents = new Map<Kind, number>();

  add(kind: Kind, cents: number): void {
    this.#cents.set(kind, this.of(kind) + cents);
  }

  of(kind: Kind): number {
    return this.#cents.get(kind) ?? 0;
  }

  /** What moved; what is held is no movement. */
  get movements(): Record<string, number> {
    return Object.fromEntries([...this.#cents].filter(([kind, cents]) => kind !== 'held' && cents !== 0));
  }
}

/** A customer with two wallets, and what will be called on them. */
export interface Purse {
  readonly customer: string;
  readonly wallet: string;
  /** Of another purpose, so that only transfers change it. */
  readonly other: string;
  /** What it may owe beyond its balance. */
  readonly limit: number;
  /** Invoices over bought credits, of `bought` each. */
  readonly purchases: readonly [string, string];
  /** Of credits that expire; it ends by itself unless it is captured before. */
  readonly hold: string;
  readonly said: Said;
  readonly saidOfOther: Said;
}

const bought = 60;
const heldAtFirst = 100;
const lent = 200;

interface Step {
  readonly path: string;
  readonly body?: object;
  /** What it says it has done. */
  readonly done?: (body: Answer['body']) => void;
  /** What comes after it. */
  readonly next?: (body: Answer['body']) => Step | null;
  readonly mayFail?: readonly string[];
}

/** One caller: its steps, one after the other. */
interface Caller {
  readonly first: Step;
  readonly isTwice: boolean;
  readonly calls: number;
}

/** Calls of clients that do not give up, on wallets of a sandbox. */
export class WalletStorm {
  readonly #app: TestApp;
  readonly #random: () => number;
  #called = 0;

  constructor(app: TestApp, random: () => number) {
    this.#app = app;
    this.#random = random;
  }

  async must(path: string, body?: object, method = 'POST'): Promise<Answer['body']> {
    const answer = await this.#app.sandbox(method, path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** 500 given, 150 more that expire soon, 100 of these held for not much longer, and twice 60 sold. */
  async fill(customer: string, isLent: boolean): Promise<Purse> {
    const mode = isLent ? { mode: 'POSTPAID', billing_model: 'postpaid', default_credit_limit: lent } : {};
    const { id } = await this.must('/v1/customers', { external_id: customer, name: 'C', currency: 'USD', ...mode });
    const { id: wallet } = await this.must('/v1/wallets', { customer_id: customer, initial_granted_credits: 500 });
    const { id: other } = await this.must('/v1/wallets', { customer_id: customer, initial_granted_credits: 200, applies_to: { fee_types: ['commitment'] } });
    for (let n = 0; n < 2; n++) await this.must(`/v1/wallets/${wallet}/top_up`, { credits: bought, type: 'purchased' });
    const [first, second] = await this.must(`/v1/invoices?customer_id=${id}`, undefined, 'GET');
    const soon = (milliseconds: number) => systemNow().add({ milliseconds }).toString();
    await this.must(`/v1/wallets/${wallet}/top_up`, { credits: 150, expires_at: soon(6000) });
    const hold = await this.must(`/v1/wallets/${wallet}/holds`, { amount_cents: heldAtFirst, expires_at: soon(6500) });
    const [said, saidOfOther] = [new Said(), new Said()];
    said.add('inbound granted', 650);
    said.add('held', heldAtFirst);
    saidOfOther.add('inbound granted', 200);
    return { customer, wallet, other, limit: isLent ? lent : 0, purchases: [first.id, second.id], hold: hold.id, said, saidOfOther };
  }

  /** So many calls on each of some purses, all at once and mixed. */
  async strike(purses: readonly Purse[], calls: number): Promise<void> {
    const callers = purses.map((purse) => this.#callersOf(purse, calls));
    const most = Math.max(...callers.map(({ length }) => length));
    const mixed = Array.from({ length: most }, (_, place) => callers.flatMap((own) => own[place] ?? [])).flat();
    await Promise.all(mixed.map((caller) => this.#perform(caller)));
  }

  #callersOf(purse: Purse, calls: number): Caller[] {
    const callers: Caller[] = theirOwn(purse).map((first) => ({ first, isTwice: true, calls: 2 }));
    let left = calls - callers.length * 2;
    while (left > 0) {
      const isTwice = left > 1 && this.#random() < 0.08;
      const first = this.#stepOn(purse);
      const made = (first.next === undefined ? 1 : 2) + (isTwice ? 1 : 0);
      callers.splice(Math.floor(this.#random() * (callers.length + 1)), 0, { first, isTwice, calls: made });
      left -= made;
    }
    return callers;
  }

  /** Top-ups, purchases, invoices, holds and transfers, each of a few minor units, so that the wallet is often empty. */
  #stepOn(purse: Purse): Step {
    const amount = 1 + Math.floor(this.#random() * 90);
    const kind = this.#random();
    if (kind < 0.34) return { path: `/v1/wallets/${purse.wallet}/top_up`, body: { credits: amount }, done: () => purse.said.add('inbound granted', amount) };
    if (kind < 0.38) return { path: `/v1/wallets/${purse.wallet}/top_up`, body: { credits: amount, type: 'purchased' } };
    if (kind < 0.52) return billed(purse, amount, this.#random() < 0.5);
    if (kind < 0.78) return held(purse, amount, this.#random());
    return moved(purse, amount, kind < 0.91);
  }

  async #perform({ first, isTwice }: Caller): Promise<void> {
    const answer = await (isTwice ? this.#twice(first) : this.#insist(first, this.#newKey()));
    const taken = settle(first, answer) ? (first.next?.(answer.body) ?? null) : null;
    if (taken !== null) settle(taken, await this.#insist(taken, this.#newKey()));
  }

  #newKey(): string {
    return `call ${++this.#called}`;
  }

  /** The same call from two at once: one is carried out, and both are told so. */
  async #twice(step: Step): Promise<Answer> {
    const key = this.#newKey();
    const [one, another] = await Promise.all([this.#insist(step, key), this.#insist(step, key)]);
    expect([another.status, another.body]).toEqual([one.status, one.body]);
    expect([one, another].filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(1);
    return one;
  }

  /** Calls as clients do: one that was not let in calls again, under the same key. */
  async #insist({ path, body }: Step, key: string): Promise<Answer> {
    for (;;) {
      const answer = await this.#app.sandbox('POST', path, body, { 'idempotency-key': key });
      if (answer.status !== 503 && answer.body?.code !== 'idempotency_in_progress') return answer;
      await pause(200);
    }
  }
}

/** Notes what a call says it has done; false: it was refused, as it may be. */
function settle({ path, done, mayFail = [] }: Step, { status, body }: Answer): boolean {
  if (status >= 300) {
    expect([path, status, mayFail]).toEqual([path, 409, expect.arrayContaining([body.code])]);
    return false;
  }
  done?.(body);
  return true;
}

/** What is called on each purse: what was bought is paid, the one while somebody voids it, and what is held from the beginning is captured. */
function theirOwn({ purchases: [first, second], said, wallet, hold }: Purse): Step[] {
  const pay = (id: string): Step => ({ path: `/v1/invoices/${id}/pay`, done: () => said.add('inbound purchased', bought), mayFail: ['not_payable'] });
  const capture = () => {
    said.add('held', -heldAtFirst);
    said.add('outbound captured', heldAtFirst);
  };
  return [
    pay(first),
    { path: `/v1/invoices/${second}/void`, mayFail: ['cannot_void', 'has_payments'] },
    pay(second),
    { path: `/v1/wallets/${wallet}/holds/${hold}/capture`, body: {}, done: capture, mayFail: ['hold_closed'] },
  ];
}

/** An invoice; one that credits did not pay whole may be voided, and they come back. */
function billed({ customer, said }: Purse, amount: number, isVoided: boolean): Step {
  const line = { description: 'Work', quantity: amount, unit_price: '0.01' };
  const step: Step = { path: '/v1/invoices/one_off', body: { customer_id: customer, line_items: [line] }, done: (body) => said.add('outbound invoiced', body.prepaid_credit_amount_cents) };
  if (!isVoided) return step;
  const voided = ({ id, prepaid_credit_amount_cents: paid, amount_due_cents: due }: Answer['body']): Step | null =>
    due === 0 ? null : { path: `/v1/invoices/${id}/void`, done: () => said.add('inbound returned', paid) };
  return { ...step, next: voided };
}

/** A hold that stays, that is captured whole or in part, or that is released. */
function held({ wallet, said }: Purse, amount: number, fate: number): Step {
  const path = `/v1/wallets/${wallet}/holds`;
  const step: Step = { path, body: { amount_cents: amount }, done: () => said.add('held', amount), mayFail: ['insufficient_credits', 'over_credit_limit'] };
  if (fate < 0.3) return step;
  const free = () => said.add('held', -amount);
  if (fate < 0.6) return { ...step, next: ({ id }) => ({ path: `${path}/${id}/release`, done: free }) };
  const captured = fate < 0.8 ? amount : Math.ceil(amount / 2);
  const capture = () => {
    free();
    said.add('outbound captured', captured);
  };
  return { ...step, next: ({ id }) => ({ path: `${path}/${id}/capture`, body: { amount_cents: captured }, done: capture }) };
}

/** Credits that move to the other wallet, or back. */
function moved({ wallet, other, said, saidOfOther }: Purse, amount: number, isAway: boolean): Step {
  const [source, target] = isAway ? [wallet, other] : [other, wallet];
  const done = () => {
    (isAway ? said : saidOfOther).add('outbound transferred', amount);
    (isAway ? saidOfOther : said).add('inbound transferred', amount);
  };
  return { path: '/v1/wallets/transfer', body: { source_wallet_id: source, target_wallet_id: target, credits: amount }, done, mayFail: ['insufficient_credits'] };
}

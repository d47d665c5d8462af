import { randomUUIDv7 } from 'node:crypto';
import { Amount, Quantity, Rate } from '@farthing/core/money';
import { creditsOf } from '@farthing/core/wallets';
import type { z } from 'zod';
import type { Tx } from '../../kernel/envelope.ts';
import { conflict, type FieldError, invalid, invalidFields } from '../../kernel/problem.ts';
import { type CustomerRow, findCustomer, lockBilling } from '../customers/index.ts';
import { checkLimits, grantCredits } from './addCredits.ts';
import { endWallet, termination } from './lapseCredits.ts';
import { readWallet } from './readWallet.ts';
import { saveTopUpRules } from './saveTopUpRules.ts';
import type { TopUpRuleInput } from './topUpRules.schemas.ts';
import { walletCreated, walletUpdated } from './wallets.events.ts';
import { walletExpires } from './wallets.jobs.ts';
import type { WalletCreate, WalletUpdate } from './wallets.schemas.ts';
import { changeWallet, hasEnded, insertWallet, isCodeTaken, lockWallet, pendingCents, unknownCodes, type WalletRow } from './wallets.sql.ts';
import { worthIn } from './worthIn.ts';

type Settings = z.output<typeof WalletUpdate>;

const listed = <T>(list: readonly T[] | null | undefined): T[] | null => (list === undefined || list === null || list.length === 0 ? null : [...new Set(list)]);

/** What a wallet applies to, as columns. Throws 422 for codes that nothing has. */
async function scopeColumns(tx: Tx, scope: Settings['applies_to']) {
  const columns = { plan_codes: listed(scope?.plan_codes), fee_types: listed(scope?.fee_types), metric_codes: listed(scope?.billable_metric_codes) };
  const unknown = async (field: string, table: 'plans' | 'billable_metrics', codes: string[] | null): Promise<FieldError[]> =>
    (await unknownCodes(tx.db, table, codes ?? [])).map((code) => ({ path: `applies_to.${field}`, code: 'not_found', message: `Nothing has the code ${code}.` }));
  const errors = [...(await unknown('plan_codes', 'plans', columns.plan_codes)), ...(await unknown('billable_metric_codes', 'billable_metrics', columns.metric_codes))];
  if (errors.length > 0) throw invalidFields(errors);
  return columns;
}

function checkExpiry(tx: Tx, at: Temporal.Instant | null | undefined, path: string): void {
  if (at != null && Temporal.Instant.compare(at, tx.scope.now) <= 0) throw invalid(path, 'in_the_past', 'It must lie ahead.');
}

const cents = (limit: Amount | null | undefined): bigint | null => (limit == null ? null : Amount.toBigInt(limit));

/** Creates a wallet, with credits in it where some are given. Its currency is the customer's unless said otherwise; it never changes. */
export async function createWallet(tx: Tx, body: z.output<typeof WalletCreate>) {
  const { tenant, now } = tx.scope;
  const customer = await findCustomer(tx.db, body.customer_id);
  if (customer === undefined) throw invalid('customer_id', 'not_found', 'There is no such customer.');
  checkExpiry(tx, body.expiration_at, 'expiration_at');
  const rate = body.rate_amount ?? Rate.one;
  const granted = worthIn(body.initial_granted_credits ?? Quantity.zero, rate, 'initial_granted_credits');
  await lockBilling(tx, customer.id);
  const code = body.code ?? null;
  if (code !== null && (await isCodeTaken(tx.db, customer.id, code))) throw conflict('code_taken', `This customer has a wallet with the code ${code} already.`);
  const wallet = await insertWallet(tx.db, {
    tenant_id: tenant.id,
    id: randomUUIDv7(),
    customer_id: customer.id,
    name: body.name ?? null,
    code,
    status: 'active',
    currency: body.currency ?? customer.currency,
    rate_amount: Rate.toString(rate),
    priority: body.priority ?? 1,
    ...(await scopeColumns(tx, body.applies_to)),
    expiration_at: body.expiration_at ?? null,
    max_balance_cents: cents(body.max_balance_cents === undefined ? limitOf(customer.default_max_balance) : body.max_balance_cents),
    max_single_credit_cents: cents(body.max_single_credit_cents === undefined ? limitOf(customer.default_max_single_credit) : body.max_single_credit_cents),
    credit_limit_cents: body.credit_limit_cents === undefined ? customer.default_credit_limit : cents(body.credit_limit_cents),
    created_at: now,
    updated_at: now,
  });
  if (wallet.expiration_at !== null) await tx.schedule(walletExpires, wallet.id, wallet.expiration_at);
  await saveTopUpRules(tx, wallet, body.top_up_rules ?? defaultRules(customer, rate));
  await tx.emit(walletCreated, { id: wallet.id, data: await readWallet(tx, wallet.id) });
  if (granted > 0n) {
    checkLimits(wallet, granted, 0n);
    await grantCredits(tx, wallet, granted, { source: 'manual', expires_at: null });
  }
  return readWallet(tx, wallet.id);
}

/** The rule that a customer's defaults make for its wallets. */
function defaultRules(customer: CustomerRow, rate: Rate): TopUpRuleInput[] {
  const { default_auto_topup_enabled: enabled, default_auto_topup_amount: amount, default_low_balance_threshold: threshold } = customer;
  if (!enabled || amount === null || amount <= 0n || threshold === null || threshold < 0n) return [];
  const credits = (cents: bigint) => creditsOf(Amount.of(cents), rate);
  return [{ trigger: 'threshold', threshold_credits: credits(threshold), credits: credits(amount) }];
}

/** A customer's default for its wallets; nothing at all is no limit. */
const limitOf = (text: bigint | null): Amount | null => (text === null || text <= 0n ? null : Amount.of(text));

/** The wallet, taken for a change; 409 once it has ended. */
export async function takeActive(tx: Tx, id: string): Promise<WalletRow> {
  const wallet = await lockWallet(tx, id);
  if (hasEnded(wallet, tx.scope.now)) throw conflict('wallet_terminated', 'This wallet has ended.');
  return wallet;
}

/** Changes what is given; an explicit null clears. */
export async function updateWallet(tx: Tx, id: string, body: Settings) {
  const wallet = await takeActive(tx, id);
  const before = await readWallet(tx, id);
  checkExpiry(tx, body.expiration_at, 'expiration_at');
  const { applies_to: scope, max_balance_cents: mostBalance, max_single_credit_cents: mostAtOnce, credit_limit_cents: creditLimit, top_up_rules: rules, ...plain } = body;
  await changeWallet(tx.db, wallet.id, {
    ...plain,
    ...(scope === undefined ? {} : await scopeColumns(tx, scope)),
    ...(mostBalance === undefined ? {} : { max_balance_cents: cents(mostBalance) }),
    ...(mostAtOnce === undefined ? {} : { max_single_credit_cents: cents(mostAtOnce) }),
    ...(creditLimit === undefined ? {} : { credit_limit_cents: cents(creditLimit) }),
    updated_at: tx.scope.now,
  });
  if (rules !== undefined) await saveTopUpRules(tx, wallet, rules);
  if (body.expiration_at === null) await tx.unschedule(walletExpires, id);
  else if (body.expiration_at !== undefined) await tx.schedule(walletExpires, id, body.expiration_at);
  const after = await readWallet(tx, id);
  await tx.emit(walletUpdated, { id, data: after, before });
  return after;
}

/** Ends a wallet and voids what is left of it (A7); again, it changes nothing. Refused while a purchase is not paid yet. */
export async function terminateWallet(tx: Tx, id: string): Promise<void> {
  if ((await readWallet(tx, id)).status === 'terminated') return;
  const wallet = await lockWallet(tx, id);
  if (wallet.status === 'terminated') return;
  if ((await pendingCents(tx.db, id)) > 0n)
    throw conflict('purchase_pending', 'Credits of this wallet are invoiced and not paid yet: void their invoice first, or wait until it is paid.');
  await endWallet(tx, wallet, termination);
  await tx.unschedule(walletExpires, id);
}

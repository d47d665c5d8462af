import { randomUUIDv7 } from 'node:crypto';
import { AmountOutOfRange, Amount, Quantity, Rate } from '@farthing/core/money';
import { worthOf } from '@farthing/core/wallets';
import type { z } from 'zod';
import type { Read, Tx } from '../../kernel/envelope.ts';
import { conflict, type FieldError, invalid, invalidFields, notFound } from '../../kernel/problem.ts';
import { findCustomer, lockBilling } from '../customers/index.ts';
import { checkLimits, grantCredits } from './addCredits.ts';
import { endWallet, termination } from './lapseCredits.ts';
import { presentWallet } from './presentWallet.ts';
import { walletCreated, walletUpdated } from './wallets.events.ts';
import { walletExpires } from './wallets.jobs.ts';
import type { WalletCreate, WalletUpdate } from './wallets.schemas.ts';
import { changeWallet, findWallet, insertWallet, isCodeTaken, lockWallet, pendingCents, unknownCodes, type WalletRow } from './wallets.sql.ts';

type Settings = z.output<typeof WalletUpdate>;

/** The value of credits at a wallet's rate. Throws 422 where it is not a whole number of minor units. */
export function worthIn(credits: Quantity, rate: Rate, path: string): bigint {
  const refuse = () => invalid(path, 'not_whole_amount', `At ${Rate.toString(rate)} minor units a credit these credits are not worth a whole number of minor units.`);
  try {
    const worth = worthOf(credits, rate);
    if (worth === null) throw refuse();
    return Amount.toBigInt(worth);
  } catch (error) {
    throw error instanceof AmountOutOfRange ? invalid(path, 'too_many', 'These credits are worth more than an amount can be.') : error;
  }
}

/** The wallet as it stands, or 404. */
export async function readWallet({ db }: Pick<Read, 'db'>, id: string) {
  const row = await findWallet(db, id);
  if (row === undefined) throw notFound('wallet');
  return presentWallet(row);
}

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
    created_at: now,
    updated_at: now,
  });
  if (wallet.expiration_at !== null) await tx.schedule(walletExpires, wallet.id, wallet.expiration_at);
  await tx.emit(walletCreated, { id: wallet.id, data: await readWallet(tx, wallet.id) });
  if (granted > 0n) {
    checkLimits(wallet, granted, 0n);
    await grantCredits(tx, wallet, granted, { source: 'manual', expires_at: null });
  }
  return readWallet(tx, wallet.id);
}

/** A customer's default for its wallets; nothing at all is no limit. */
const limitOf = (text: bigint | null): Amount | null => (text === null || text <= 0n ? null : Amount.of(text));

function checkActive(wallet: WalletRow): void {
  if (wallet.status !== 'active') throw conflict('wallet_terminated', 'This wallet has ended.');
}

/** The wallet, taken for a change; 409 once it has ended. */
export async function takeActive(tx: Tx, id: string): Promise<WalletRow> {
  const wallet = await lockWallet(tx, id);
  checkActive(wallet);
  return wallet;
}

/** Changes what is given; an explicit null clears. */
export async function updateWallet(tx: Tx, id: string, body: Settings) {
  const wallet = await takeActive(tx, id);
  const before = await readWallet(tx, id);
  checkExpiry(tx, body.expiration_at, 'expiration_at');
  const { applies_to: scope, max_balance_cents: mostBalance, max_single_credit_cents: mostAtOnce, ...plain } = body;
  await changeWallet(tx.db, wallet.id, {
    ...plain,
    ...(scope === undefined ? {} : await scopeColumns(tx, scope)),
    ...(mostBalance === undefined ? {} : { max_balance_cents: cents(mostBalance) }),
    ...(mostAtOnce === undefined ? {} : { max_single_credit_cents: cents(mostAtOnce) }),
    updated_at: tx.scope.now,
  });
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

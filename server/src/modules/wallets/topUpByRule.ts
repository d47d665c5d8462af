import { Amount } from '@farthing/core/money';
import { isBelow, nextTopUpAt, type TopUpRule, topUpAmount } from '@farthing/core/wallets';
import type { Tx } from '../../kernel/envelope.ts';
import { findCustomer } from '../customers/index.ts';
import { grantCredits, roomFor } from './addCredits.ts';
import { buyCredits } from './buyCredits.ts';
import { repayDrawn } from './repayDrawn.ts';
import { armRule, findRule, rulesOf, type TopUpRuleRow } from './topUpRules.sql.ts';
import { findWallet, hasEnded, lockWallet, pendingCents, type WalletRow } from './wallets.sql.ts';

const orNull = (cents: bigint | null): Amount | null => (cents === null ? null : Amount.of(cents));

function ruleOf(row: TopUpRuleRow): TopUpRule {
  const threshold = orNull(row.threshold_cents);
  if (row.amount_cents !== null) return { size: { method: 'fixed', amount: Amount.of(row.amount_cents) }, threshold };
  return { size: { method: 'target', target: Amount.of(row.target_cents ?? 0n), least: orNull(row.least_cents), most: orNull(row.most_cents) }, threshold };
}

/** What a rule adds now: what it asks for, as far as the wallet's limits have room for it. */
async function topUp(tx: Tx, wallet: WalletRow, row: TopUpRuleRow, dueAt: Temporal.Instant | null): Promise<void> {
  const pending = await pendingCents(tx.db, wallet.id);
  const asked = topUpAmount(ruleOf(row), { ongoing: Amount.of(wallet.ongoing_balance_cents), pending: Amount.of(pending) });
  const room = roomFor(wallet, pending);
  const amount = asked < room ? Amount.toBigInt(asked) : room;
  if (amount <= 0n) return;
  const movement = { source: row.trigger, expires_at: null, top_up_rule_id: row.id, due_at: dueAt };
  if (row.type === 'purchased') await buyCredits(tx, wallet, amount, movement);
  else await grantCredits(tx, wallet, amount, movement);
  await repayDrawn(tx, wallet);
}

/** The time of a rule by interval has come; answers when it comes next, null where it is gone or its wallet has ended. */
export async function topUpByInterval(tx: Tx, ruleId: string, dueAt: Temporal.Instant): Promise<Temporal.Instant | null> {
  const found = await findRule(tx.db, ruleId);
  if (found === undefined) return null;
  const wallet = await lockWallet(tx, found.wallet_id);
  const row = await findRule(tx.db, ruleId);
  if (hasEnded(wallet, tx.scope.now) || row?.started_at == null || row.interval === null) return null;
  await topUp(tx, wallet, row, dueAt);
  const customer = await findCustomer(tx.db, wallet.customer_id, { includeDeleted: true });
  return nextTopUpAt(row.interval, row.started_at, dueAt, customer?.effective_timezone ?? 'UTC');
}

/**
 * Tops up a wallet, which the caller holds, by its rules of a threshold that what is left has fallen below: once, until it has stood at the
 * threshold again. Each rule finds the wallet as the one before it left it.
 */
export async function topUpByThreshold(tx: Tx, found: WalletRow): Promise<void> {
  let wallet = found;
  for (const row of (await rulesOf(tx.db, [found.id])).get(found.id) ?? []) {
    if (row.threshold_cents === null) continue;
    const standing = { ongoing: Amount.of(wallet.ongoing_balance_cents), pending: Amount.of(await pendingCents(tx.db, wallet.id)) };
    const below = isBelow(Amount.of(row.threshold_cents), standing);
    if (below === row.is_armed) await armRule(tx.db, row.id, !below);
    if (!below || !row.is_armed) continue;
    await topUp(tx, wallet, row, null);
    wallet = (await findWallet(tx.db, wallet.id)) ?? wallet;
  }
}

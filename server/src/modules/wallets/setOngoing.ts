import type { Amount } from '@farthing/core/money';
import { isLimitReached, type UnbilledFee, ongoingBalances } from '@farthing/core/wallets';
import type { Tx } from '../../kernel/envelope.ts';
import { creditStandingOf } from './presentWallet.ts';
import { readWallet } from './readWallet.ts';
import { topUpByThreshold } from './topUpByRule.ts';
import { walletCreditLimitReached, walletDepletedOngoingBalance } from './wallets.events.ts';
import { changeWallet, findWallet, hasEnded, type ListedWallet, lockActive, ongoingOf, type WalletRow } from './wallets.sql.ts';

/** What a customer has not been billed yet in a currency, fee by fee and tax included: current usage, and what drafts have due. */
type ReadUnbilled = (currency: string) => Promise<readonly UnbilledFee[]>;

/**
 * Sets what is left of a customer's wallets once all that is not billed yet is counted (I8), says so where nothing is left any more, once
 * per crossing, and tops up by rules. The caller holds the customer's billing lock, so that nothing is billed meanwhile.
 */
export async function setOngoing(tx: Tx, customerId: string, unbilled: ReadUnbilled): Promise<void> {
  const wallets = (await lockActive(tx.db, customerId)).filter((row) => !hasEnded(row, tx.scope.now));
  for (const [currency, own] of Map.groupBy(wallets, (row) => row.currency)) {
    const left = ongoingBalances(own.map(ongoingOf), await unbilled(currency));
    for (const wallet of own) {
      const ongoing = left.get(wallet.id);
      if (ongoing !== undefined) await setOne(tx, wallet, ongoing);
    }
  }
}

async function setOne(tx: Tx, wallet: WalletRow, ongoing: Amount): Promise<void> {
  const depleted = ongoing <= 0n;
  const { now } = tx.scope;
  await changeWallet(tx.db, wallet.id, {
    ongoing_balance_cents: ongoing,
    ongoing_usage_cents: wallet.balance_cents - wallet.drawn_cents - ongoing,
    ongoing_at: now,
    is_depleted: depleted,
  });
  const after = await findWallet(tx.db, wallet.id);
  if (after === undefined) return;
  if (depleted && !wallet.is_depleted) await tx.emit(walletDepletedOngoingBalance, { id: wallet.id, data: await readWallet(tx, wallet.id) });
  await watchLimit(tx, after);
  await topUpByThreshold(tx, after);
}

/** Tells when a customer who pays afterwards has come to its limit, once until it owes less again. */
async function watchLimit(tx: Tx, wallet: ListedWallet): Promise<void> {
  const isOver = wallet.mode === 'POSTPAID' && isLimitReached(creditStandingOf(wallet));
  if (isOver === wallet.is_over_limit) return;
  await changeWallet(tx.db, wallet.id, { is_over_limit: isOver });
  if (isOver) await tx.emit(walletCreditLimitReached, { id: wallet.id, data: await readWallet(tx, wallet.id) });
}

import { Amount, Precise, Rate } from '@farthing/core/money';
import { availableOf, type CreditStanding, creditsOf } from '@farthing/core/wallets';
import type { z } from 'zod';
import { publicId } from '../../kernel/wire.ts';
import type { HoldRow } from './holds.sql.ts';
import type { TopUpRuleResponse } from './topUpRules.schemas.ts';
import type { TopUpRuleRow } from './topUpRules.sql.ts';
import type { WalletConsumptionResponse, WalletCreditResponse, WalletHoldResponse, WalletResponse, WalletTransactionResponse } from './wallets.schemas.ts';
import type { CreditRow, ListedConsumption, ListedWallet, TransactionRow, WalletRow } from './wallets.sql.ts';

const orNull = (cents: bigint | null) => (cents === null ? null : Amount.of(cents));

/** Minor units a credit is worth. */
export const rateOf = (row: Pick<WalletRow, 'rate_amount'>): Rate => Rate.restore(row.rate_amount);

/** A rule in credits of its wallet. */
function presentRule(row: TopUpRuleRow, rate: Rate): z.output<typeof TopUpRuleResponse> {
  const credits = (cents: bigint | null) => (cents === null ? null : creditsOf(Amount.of(cents), rate));
  return {
    ...row,
    threshold_credits: credits(row.threshold_cents),
    credits: credits(row.amount_cents),
    target_credits: credits(row.target_cents),
    min_credits: credits(row.least_cents),
    max_credits: credits(row.most_cents),
  };
}

/** What may be drawn on credit, and what is owed already: a customer who pays ahead has no limit but what is there. */
export function creditStandingOf(row: ListedWallet): CreditStanding {
  return {
    balance: Amount.of(row.balance_cents - row.drawn_cents),
    limit: Amount.of(row.mode === 'POSTPAID' ? (row.credit_limit_cents ?? 0n) : 0n),
    receivable: Amount.of(row.receivable_cents),
    unbilled: Amount.of(row.ongoing_usage_cents),
  };
}

export function presentWallet(row: ListedWallet, rules: readonly TopUpRuleRow[]): z.output<typeof WalletResponse> {
  const rate = rateOf(row);
  const [balance, ongoing, consumed] = [row.balance_cents - row.drawn_cents, row.ongoing_balance_cents, row.consumed_cents].map(Amount.of) as [Amount, Amount, Amount];
  return {
    ...row,
    public_id: publicId('wal', row.id),
    rate_amount: rate,
    applies_to: { plan_codes: row.plan_codes, fee_types: row.fee_types, billable_metric_codes: row.metric_codes },
    balance_cents: balance,
    credits_balance: creditsOf(balance, rate),
    cash_balance_cents: Amount.of(row.cash_cents - row.drawn_cents),
    promotional_balance_cents: Amount.of(row.balance_cents - row.cash_cents),
    held_balance_cents: Amount.of(row.held_cents),
    ongoing_balance_cents: ongoing,
    credits_ongoing_balance: creditsOf(ongoing, rate),
    ongoing_usage_amount_cents: Amount.of(row.ongoing_usage_cents),
    ongoing_refreshed_at: row.ongoing_at,
    credit_limit_cents: orNull(row.credit_limit_cents),
    drawn_amount_cents: Amount.of(row.drawn_cents),
    available_amount_cents: row.status === 'active' ? availableOf(creditStandingOf(row)) : Amount.zero,
    consumed_amount_cents: consumed,
    consumed_credits: creditsOf(consumed, rate),
    max_balance_cents: orNull(row.max_balance_cents),
    max_single_credit_cents: orNull(row.max_single_credit_cents),
    top_up_rules: rules.map((rule) => presentRule(rule, rate)),
  };
}

/** A movement at the rate of its wallet. */
export function presentTransaction(row: TransactionRow, rate: Rate): z.output<typeof WalletTransactionResponse> {
  const value = Amount.of(row.amount_cents);
  return { ...row, public_id: publicId('wtx', row.id), amount: creditsOf(value, rate), credit_amount: Precise.ofMinor(value), amount_cents: value };
}

export function presentCredit(row: CreditRow): z.output<typeof WalletCreditResponse> {
  return {
    ...row,
    public_id: publicId('wcr', row.id),
    amount_cents: Amount.of(row.amount_cents),
    remaining_cents: Amount.of(row.remaining_cents),
    held_cents: Amount.of(row.held_cents),
    transferred_from_credit_id: row.transferred_from_id,
    origin_credit_id: row.origin_id ?? row.id,
  };
}

export function presentConsumption(row: ListedConsumption): z.output<typeof WalletConsumptionResponse> {
  return { ...row, public_id: publicId('wcs', row.id), amount_cents: Amount.of(row.amount_cents) };
}

export function presentHold(row: HoldRow): z.output<typeof WalletHoldResponse> {
  return { ...row, public_id: publicId('whd', row.id), amount_cents: Amount.of(row.amount_cents), captured_amount_cents: Amount.of(row.captured_cents) };
}

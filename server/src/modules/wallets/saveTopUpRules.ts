import { randomUUIDv7 } from 'node:crypto';
import type { Quantity } from '@farthing/core/money';
import { nextTopUpAt } from '@farthing/core/wallets';
import type { Insertable } from 'kysely';
import type { Tx } from '../../kernel/envelope.ts';
import { invalid } from '../../kernel/problem.ts';
import type { Tables } from '../../tables.ts';
import { findCustomer } from '../customers/index.ts';
import { rateOf } from './presentWallet.ts';
import { topUpDue } from './topUps.jobs.ts';
import type { TopUpRuleInput } from './topUpRules.schemas.ts';
import { replaceRules, rulesOf } from './topUpRules.sql.ts';
import type { WalletRow } from './wallets.sql.ts';
import { worthIn } from './worthIn.ts';

type RuleColumns = Insertable<Tables['wallet_top_up_rules']>;

/** Which fields a rule needs, and which mean nothing with it. */
function checkShape(rule: TopUpRuleInput, path: string): void {
  const fixed = (rule.method ?? 'fixed') === 'fixed';
  const need: readonly (readonly [keyof TopUpRuleInput, boolean])[] = [
    ['interval', rule.trigger === 'interval'],
    ['threshold_credits', rule.trigger === 'threshold'],
    ['credits', fixed],
    ['target_credits', !fixed],
  ];
  for (const [field, needed] of need) {
    if (needed && rule[field] === undefined) throw invalid(`${path}.${field}`, 'required', 'This rule needs it.');
    if (!needed && rule[field] !== undefined) throw invalid(`${path}.${field}`, 'not_applicable', 'It means nothing with this rule.');
  }
  if (rule.trigger === 'threshold' && rule.started_at !== undefined) throw invalid(`${path}.started_at`, 'not_applicable', 'It means nothing with this rule.');
  if (fixed && (rule.min_credits ?? rule.max_credits) !== undefined) throw invalid(`${path}.min_credits`, 'not_applicable', 'Limits are for the method target.');
}

function columnsOf(tx: Tx, wallet: WalletRow, rule: TopUpRuleInput, position: number): RuleColumns {
  const path = `top_up_rules.${position}`;
  checkShape(rule, path);
  const rate = rateOf(wallet);
  const cents = (credits: Quantity | undefined, field: string) => (credits === undefined ? null : worthIn(credits, rate, `${path}.${field}`));
  const threshold = cents(rule.threshold_credits, 'threshold_credits');
  const target = cents(rule.target_credits, 'target_credits');
  const [least, most] = [cents(rule.min_credits, 'min_credits'), cents(rule.max_credits, 'max_credits')];
  if (threshold !== null && target !== null && target <= threshold) throw invalid(`${path}.target_credits`, 'below_threshold', 'The target lies above the threshold.');
  if (least !== null && most !== null && least > most) throw invalid(`${path}.min_credits`, 'above_maximum', 'The least is more than the most.');
  return {
    tenant_id: tx.scope.tenant.id,
    id: randomUUIDv7(),
    wallet_id: wallet.id,
    position,
    trigger: rule.trigger,
    interval: rule.interval ?? null,
    started_at: rule.trigger === 'interval' ? (rule.started_at ?? tx.scope.now) : null,
    threshold_cents: threshold,
    method: rule.method ?? 'fixed',
    amount_cents: cents(rule.credits, 'credits'),
    target_cents: target,
    least_cents: least,
    most_cents: most,
    type: rule.type ?? 'purchased',
    created_at: tx.scope.now,
  };
}

/** Replaces the rules by which a wallet is topped up; those by interval are set to their next time. */
export async function saveTopUpRules(tx: Tx, wallet: WalletRow, rules: readonly TopUpRuleInput[]): Promise<void> {
  for (const old of (await rulesOf(tx.db, [wallet.id])).get(wallet.id) ?? []) await tx.unschedule(topUpDue, old.id);
  await replaceRules(tx.db, wallet.id, rules.map((rule, position) => columnsOf(tx, wallet, rule, position)));
  const customer = await findCustomer(tx.db, wallet.customer_id, { includeDeleted: true });
  for (const { id, interval, started_at: startedAt } of (await rulesOf(tx.db, [wallet.id])).get(wallet.id) ?? [])
    if (interval !== null && startedAt !== null) await tx.schedule(topUpDue, id, nextTopUpAt(interval, startedAt, tx.scope.now, customer?.effective_timezone ?? 'UTC'));
}

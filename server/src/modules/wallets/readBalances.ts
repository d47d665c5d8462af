import { Amount } from '@farthing/core/money';
import { creditsOf, forecastDepletion } from '@farthing/core/wallets';
import { localDate } from '@farthing/core/time';
import type { z } from 'zod';
import type { Read } from '../../kernel/envelope.ts';
import { invalid, notFound } from '../../kernel/problem.ts';
import { findCustomer } from '../customers/index.ts';
import { rateOf } from './presentWallet.ts';
import type { BalanceTimelineResponse, DepletionForecastResponse, timelineQuery } from './wallets.schemas.ts';
import { consumedSince, findWallet, type ListedWallet, movementsByDay } from './wallets.sql.ts';

async function walletAndZone({ db }: Read, id: string): Promise<{ wallet: ListedWallet; zone: string }> {
  const wallet = await findWallet(db, id);
  if (wallet === undefined) throw notFound('wallet');
  const customer = await findCustomer(db, wallet.customer_id, { includeDeleted: true });
  return { wallet, zone: customer?.effective_timezone ?? 'UTC' };
}

/** What came and went on each local day of the customer, and the balance after it. */
export async function readTimeline(read: Read, id: string, query: z.output<typeof timelineQuery>): Promise<z.output<typeof BalanceTimelineResponse>> {
  const { start_date: start, end_date: end = read.scope.now } = query;
  if (start !== undefined && Temporal.Instant.compare(start, end) > 0) throw invalid('start_date', 'after_end', 'The start lies after the end.');
  const { wallet, zone } = await walletAndZone(read, id);
  const rate = rateOf(wallet);
  const first = start === undefined ? null : localDate(start, zone);
  let balance = 0n;
  const points = (await movementsByDay(read.db, id, zone, end)).map(({ day, inbound, outbound }) => {
    balance += inbound - outbound;
    const [came, went, left] = [Amount.of(inbound), Amount.of(outbound), Amount.of(balance)];
    const credits = { inbound: creditsOf(came, rate), outbound: creditsOf(went, rate), balance: creditsOf(left, rate) };
    return { date: day, ...credits, inbound_cents: came, outbound_cents: went, balance_cents: left };
  });
  return { wallet_id: id, points: points.filter(({ date }) => first === null || Temporal.PlainDate.compare(date, first) >= 0) };
}

/** When the wallet is empty if it is spent as it was over the last days. */
export async function readForecast(read: Read, id: string, days: number): Promise<z.output<typeof DepletionForecastResponse>> {
  const { db, scope } = read;
  const { wallet, zone } = await walletAndZone(read, id);
  const consumed = await consumedSince(db, id, scope.now.subtract({ hours: 24 * days }));
  const balance = Amount.of(wallet.balance_cents - wallet.drawn_cents);
  const { average, daysRemaining } = forecastDepletion({ balance, consumed: Amount.of(consumed), days });
  const depletedAt = daysRemaining === null ? null : scope.now.toZonedDateTimeISO(zone).add({ days: daysRemaining }).toInstant();
  return { wallet_id: id, current_balance_cents: balance, avg_daily_consumption: average, projected_depletion_date: depletedAt, days_remaining: daysRemaining };
}

import type { Amount } from '../money/index.ts';
import { balanced, credit, debit, type Entry } from './entry.ts';

/** How much of a movement of credits is of those that were bought and of those that were given. */
export interface WalletParts {
  readonly cash: Amount;
  readonly promotional: Amount;
}

/** Takes credits out of a wallet; of negative amounts the other way round. */
function taken(walletId: string, { cash, promotional }: WalletParts, on: Temporal.PlainDate): Entry[] {
  return [debit('wallet_cash', cash, on, { walletId }), debit('wallet_promotional', promotional, on, { walletId })];
}

/** Given for nothing: Dr promotions, Cr wallet promotional. */
export function creditsGranted(walletId: string, amount: Amount, on: Temporal.PlainDate): Entry[] {
  return balanced([debit('promotions', amount, on), credit('wallet_promotional', amount, on, { walletId })]);
}

/** The invoice that sold them is paid: Dr wallet pending, Cr wallet cash; of a negative amount the other way round: their money is given back. */
export function creditsPaid(walletId: string, amount: Amount, on: Temporal.PlainDate): Entry[] {
  return balanced([debit('wallet_pending', amount, on), credit('wallet_cash', amount, on, { walletId })]);
}

/** What was due on the invoice that sold them is given up, so that they never come: Dr wallet pending, Cr write-off, for nothing was lost. */
export function creditsNotSold(amount: Amount, on: Temporal.PlainDate): Entry[] {
  return balanced([debit('wallet_pending', amount, on), credit('write_off', amount, on)]);
}

/** They pay an invoice: Dr wallet, Cr receivable; of negative parts the other way round: what was taken is given back. */
export function creditsConsumed(walletId: string, parts: WalletParts, on: Temporal.PlainDate): Entry[] {
  const { cash, promotional } = parts;
  return balanced([...taken(walletId, parts, on), credit('receivable', cash, on), credit('receivable', promotional, on)]);
}

/** They expire or are voided: what was bought is earned, what was given was not given after all. */
export function creditsLapsed(walletId: string, parts: WalletParts, on: Temporal.PlainDate): Entry[] {
  return balanced([...taken(walletId, parts, on), credit('revenue', parts.cash, on), credit('promotions', parts.promotional, on)]);
}

/** They are set aside: Dr wallet, Cr wallet held; of negative parts they are free again. */
export function creditsHeld(walletId: string, parts: WalletParts, on: Temporal.PlainDate): Entry[] {
  const held = [parts.cash, parts.promotional].map((amount) => credit('wallet_held', amount, on, { walletId }));
  return balanced([...taken(walletId, parts, on), ...held]);
}

/** What was set aside pays for what no invoice is made of: Dr wallet held, Cr revenue. */
export function creditsCaptured(walletId: string, amount: Amount, on: Temporal.PlainDate): Entry[] {
  return balanced([debit('wallet_held', amount, on, { walletId }), credit('revenue', amount, on)]);
}

/** They are taken on credit, to be spent at once: Dr wallet drawn, Cr wallet cash. */
export function creditsDrawn(walletId: string, amount: Amount, on: Temporal.PlainDate): Entry[] {
  return balanced([debit('wallet_drawn', amount, on, { walletId }), credit('wallet_cash', amount, on, { walletId })]);
}

/** Credits pay back what was taken on credit: Dr wallet, Cr wallet drawn. */
export function creditsRepaid(walletId: string, parts: WalletParts, on: Temporal.PlainDate): Entry[] {
  const repaid = [parts.cash, parts.promotional].map((amount) => credit('wallet_drawn', amount, on, { walletId }));
  return balanced([...taken(walletId, parts, on), ...repaid]);
}

/** From one wallet to another of the same customer and currency: what was bought stays bought, what was given stays given. */
export function creditsMoved(from: string, to: string, { cash, promotional }: WalletParts, on: Temporal.PlainDate): Entry[] {
  return balanced([
    ...taken(from, { cash, promotional }, on),
    credit('wallet_cash', cash, on, { walletId: to }),
    credit('wallet_promotional', promotional, on, { walletId: to }),
  ]);
}

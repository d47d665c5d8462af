import type { Module } from '../../kernel/module.ts';
import { holdsOperations } from './holds.routes.ts';
import * as events from './wallets.events.ts';
import { topUpDue } from './topUps.jobs.ts';
import { creditsExpire, holdExpires, walletExpires } from './wallets.jobs.ts';
import { walletsOperations } from './wallets.routes.ts';

export { collectDrawn } from './repayDrawn.ts';
export { payFromWallets } from './payFromWallets.ts';
export { previewPayment } from './previewPayment.ts';
export { leftOfPurchase, returnRefunded, takeRefunded } from './refundCredits.ts';
export { returnToWallets } from './returnToWallets.ts';
export { cancelPurchase, closePurchase, linkPurchase, settlePurchase } from './settlePurchase.ts';
export { setOngoing } from './setOngoing.ts';
export { walletCreated, walletPurchaseRequested, walletTerminated } from './wallets.events.ts';
export { customerOfWallet, drawnBy, hasWallets, purchasesToCallOff } from './wallets.sql.ts';

/** Whatever moves what is left of wallets, or who pays what. */
export const walletChanges = [
  ...[events.walletCreated, events.walletUpdated, events.walletTransactionCreated, events.walletTransactionUpdated],
  ...[events.walletHoldCreated, events.walletHoldCaptured, events.walletHoldReleased],
];

export const wallets: Module = {
  name: 'wallets',
  operations: [...walletsOperations, ...holdsOperations],
  events: Object.values(events),
  timers: [creditsExpire, walletExpires, holdExpires, topUpDue],
};

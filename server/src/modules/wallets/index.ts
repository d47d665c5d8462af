import type { Module } from '../../kernel/module.ts';
import { holdsOperations } from './holds.routes.ts';
import * as events from './wallets.events.ts';
import { creditsExpire, holdExpires, walletExpires } from './wallets.jobs.ts';
import { walletsOperations } from './wallets.routes.ts';

export { payFromWallets } from './payFromWallets.ts';
export { returnToWallets } from './returnToWallets.ts';
export { cancelPurchase, linkPurchase, settlePurchase } from './settlePurchase.ts';
export { walletPurchaseRequested } from './wallets.events.ts';

export const wallets: Module = {
  name: 'wallets',
  operations: [...walletsOperations, ...holdsOperations],
  events: Object.values(events),
  timers: [creditsExpire, walletExpires, holdExpires],
};

/**
 * The modules of server/src/modules by rank. A module knows the modules of lower ranks, through their index.ts; those of
 * its own rank and above it does not know. Whoever adds a module decides here where it stands.
 */
export const ranks = [
  ['identity', 'audit', 'ledger', 'webhooks', 'files'],
  ['metrics', 'features', 'catalog', 'addOns', 'taxes', 'entities'],
  ['customers', 'groups'],
  ['subscriptions', 'discounts', 'wallets', 'prices'],
  ['metering', 'entitlements'],
  ['invoicing'],
  ['payments', 'mail'],
  ['dunning', 'alerts', 'verification'],
  ['portal', 'dashboard', 'search', 'exports', 'notifications', 'integrations'],
];

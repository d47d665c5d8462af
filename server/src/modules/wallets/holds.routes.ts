import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { captureHold, createHold, releaseHold } from './holdCredits.ts';
import { listHolds } from './holds.sql.ts';
import { presentHold } from './presentWallet.ts';
import { holdParams, WalletHoldCapture, WalletHoldCreate, WalletHoldResponse, walletParams } from './wallets.schemas.ts';
import { findWallet } from './wallets.sql.ts';

const tag = 'Wallets';
const path = '/v1/wallets/{wallet_id}/holds';
const closed = { hold_closed: 'the hold was captured or released already' };

export const holdsOperations: Operation[] = [
  query({
    id: 'listWalletHolds', method: 'GET', path, tag, params: walletParams, summary: 'List the holds on a wallet', permission: 'wallets:read', query: listQuery({}), returns: { list: WalletHoldResponse },
    handle: async ({ params, query: page, read: { db } }) => {
      if ((await findWallet(db, params.wallet_id)) === undefined) throw notFound('wallet');
      const found = await listHolds(db, params.wallet_id, page);
      return { ...found, items: found.items.map(presentHold) };
    },
  }),
  command({
    id: 'createWalletHold', method: 'POST', path, tag, params: walletParams, summary: 'Set credits aside', permission: 'wallets:write', status: 201, body: WalletHoldCreate, returns: WalletHoldResponse,
    description: 'Nothing else spends them until they are captured or released.',
    problems: { insufficient_credits: 'there are not as many credits to spend', over_credit_limit: 'the customer pays afterwards, and would owe more than it may', wallet_terminated: 'the wallet has ended' },
    handle: ({ params, body, tx }) => createHold(tx, params.wallet_id, body),
  }),
  command({
    id: 'captureWalletHold', method: 'POST', path: `${path}/{hold_id}/capture`, tag, params: holdParams, summary: 'Spend credits that were set aside', permission: 'wallets:write', body: WalletHoldCapture, returns: WalletHoldResponse,
    description: 'All of them or a part; the rest is free again. They pay for what no invoice is made of.',
    problems: closed,
    handle: ({ params, body, tx }) => captureHold(tx, params.wallet_id, params.hold_id, body),
  }),
  command({
    id: 'releaseWalletHold', method: 'POST', path: `${path}/{hold_id}/release`, tag, params: holdParams, summary: 'Free credits that were set aside', permission: 'wallets:write', returns: WalletHoldResponse,
    problems: closed,
    handle: ({ params, tx }) => releaseHold(tx, params.wallet_id, params.hold_id),
  }),
];

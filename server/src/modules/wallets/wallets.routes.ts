import { listQuery } from '../../kernel/http/page.ts';
import { command, type Operation, query } from '../../kernel/operation.ts';
import { notFound } from '../../kernel/problem.ts';
import { presentConsumption, presentCredit, presentTransaction, presentWallet, rateOf } from './presentWallet.ts';
import { readForecast, readTimeline } from './readBalances.ts';
import { readWallet } from './readWallet.ts';
import { createWallet, terminateWallet, updateWallet } from './saveWallet.ts';
import { rulesOf } from './topUpRules.sql.ts';
import { topUpWallet } from './topUpWallet.ts';
import { transferCredits } from './transferCredits.ts';
import {
  BalanceTimelineResponse,
  consumptionFilters,
  DepletionForecastResponse,
  forecastQuery,
  timelineQuery,
  transactionFilters,
  WalletConsumptionResponse,
  WalletCreate,
  WalletCreditResponse,
  WalletResponse,
  WalletTopUp,
  WalletTransactionResponse,
  WalletTransferRequest,
  WalletTransferResponse,
  WalletUpdate,
  walletFilters,
  walletParams,
} from './wallets.schemas.ts';
import { findWallet, listConsumptions, listLots, listTransactions, listWallets } from './wallets.sql.ts';
import type { Read } from '../../kernel/envelope.ts';

const tag = 'Wallets';
const path = '/v1/wallets';
const item = { tag, params: walletParams };
const [read, write] = ['wallets:read', 'wallets:write'] as const;
const ended = { wallet_terminated: 'the wallet has ended' };
const short = { insufficient_credits: 'there are not as many credits to spend' };

async function walletOf({ db }: Read, id: string) {
  const row = await findWallet(db, id);
  if (row === undefined) throw notFound('wallet');
  return row;
}

const wallets: Operation[] = [
  query({
    id: 'listWallets', method: 'GET', path, tag, summary: 'List wallets', permission: read, query: listQuery(walletFilters), returns: { list: WalletResponse },
    handle: async ({ query: page, read: { db } }) => {
      const found = await listWallets(db, page);
      const rules = await rulesOf(db, found.items.map(({ id }) => id));
      return { ...found, items: found.items.map((row) => presentWallet(row, rules.get(row.id) ?? [])) };
    },
  }),
  command({
    id: 'createWallet', method: 'POST', path, tag, summary: 'Create a wallet', permission: write, status: 201, body: WalletCreate, returns: WalletResponse,
    description: 'Prepaid credits of a customer. They pay its invoices when these are finalized: wallets by priority, then age; in a wallet what was given before what was bought, soonest expiry first.',
    problems: { code_taken: 'the customer has a wallet with this code' },
    handle: ({ body, tx }) => createWallet(tx, body),
  }),
  command({
    id: 'transferWalletCredits', method: 'POST', path: `${path}/transfer`, tag, summary: 'Transfer credits between wallets', permission: write, body: WalletTransferRequest, returns: WalletTransferResponse,
    description: 'Between wallets of one customer and currency. The value is kept: at another rate it is more or fewer credits.',
    problems: { ...ended, ...short },
    handle: ({ body, tx }) => transferCredits(tx, body),
  }),
  query({
    id: 'getWallet', method: 'GET', path: `${path}/{wallet_id}`, ...item, summary: 'Get a wallet', permission: read, returns: WalletResponse,
    handle: ({ params, read: reading }) => readWallet(reading, params.wallet_id),
  }),
  command({
    id: 'updateWallet', method: 'PUT', path: `${path}/{wallet_id}`, ...item, summary: 'Update a wallet', permission: write, body: WalletUpdate, returns: WalletResponse,
    description: 'Partial: what is absent stays, an explicit null clears. Currency and rate never change.',
    problems: ended,
    handle: ({ params, body, tx }) => updateWallet(tx, params.wallet_id, body),
  }),
  command({
    id: 'terminateWallet', method: 'DELETE', path: `${path}/{wallet_id}`, ...item, summary: 'Terminate a wallet', permission: write, returns: null,
    description: 'Releases its holds and voids what is left of it. Again, it changes nothing.',
    problems: { purchase_pending: 'credits are invoiced and not paid yet' },
    handle: ({ params, tx }) => terminateWallet(tx, params.wallet_id),
  }),
  command({
    id: 'topUpWallet', method: 'POST', path: `${path}/{wallet_id}/top_up`, ...item, summary: 'Top up a wallet', permission: write, body: WalletTopUp, returns: WalletResponse,
    description: 'Granted credits are there at once. Purchased credits are invoiced at once (invoice_type `credit`) and come when that invoice is paid; voiding it cancels the purchase.',
    problems: ended,
    handle: ({ params, body, tx }) => topUpWallet(tx, params.wallet_id, body),
  }),
];

const movements: Operation[] = [
  query({
    id: 'listWalletTransactions', method: 'GET', path: `${path}/{wallet_id}/transactions`, ...item, summary: 'List wallet transactions', permission: read, query: listQuery(transactionFilters), returns: { list: WalletTransactionResponse },
    handle: async ({ params, query: page, read: reading }) => {
      const rate = rateOf(await walletOf(reading, params.wallet_id));
      const found = await listTransactions(reading.db, params.wallet_id, page);
      return { ...found, items: found.items.map((row) => presentTransaction(row, rate)) };
    },
  }),
  query({
    id: 'listWalletCredits', method: 'GET', path: `${path}/{wallet_id}/credits`, ...item, summary: 'List the credits of a wallet', permission: read, query: listQuery({}), returns: { list: WalletCreditResponse },
    description: 'What came at once, with what is left of it and when it expires.',
    handle: async ({ params, query: page, read: reading }) => {
      await walletOf(reading, params.wallet_id);
      const found = await listLots(reading.db, params.wallet_id, page);
      return { ...found, items: found.items.map(presentCredit) };
    },
  }),
  query({
    id: 'listWalletConsumptions', method: 'GET', path: `${path}/{wallet_id}/consumptions`, ...item, summary: 'List what the credits of a wallet paid', permission: read, query: listQuery(consumptionFilters), returns: { list: WalletConsumptionResponse },
    description: 'Which credits paid which fee, lapsed or moved on.',
    handle: async ({ params, query: page, read: reading }) => {
      await walletOf(reading, params.wallet_id);
      const found = await listConsumptions(reading.db, params.wallet_id, page);
      return { ...found, items: found.items.map(presentConsumption) };
    },
  }),
  query({
    id: 'getWalletBalanceTimeline', method: 'GET', path: `${path}/{wallet_id}/balance_timeline`, ...item, summary: 'Get wallet balance timeline', permission: read, query: timelineQuery, returns: BalanceTimelineResponse,
    handle: ({ params, query: asked, read: reading }) => readTimeline(reading, params.wallet_id, asked),
  }),
  query({
    id: 'getWalletDepletionForecast', method: 'GET', path: `${path}/{wallet_id}/depletion_forecast`, ...item, summary: 'Get wallet depletion forecast', permission: read, query: forecastQuery, returns: DepletionForecastResponse,
    handle: ({ params, query: { days = 30 }, read: reading }) => readForecast(reading, params.wallet_id, days),
  }),
];

export const walletsOperations: Operation[] = [...wallets, ...movements];

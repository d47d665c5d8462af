import { listQuery } from '../../kernel/http/page.ts';
import { type Operation, query } from '../../kernel/operation.ts';
import { balanceQuery, entryFilters, LedgerBalanceResponse, LedgerEntryResponse, RevenueMonthResponse, revenueQuery } from './ledger.schemas.ts';
import { listEntries } from './ledger.sql.ts';
import { presentEntry, readBalances, recognizeRevenue } from './readBooks.ts';

const shared = { method: 'GET', tag: 'Ledger', permission: 'ledger:read' } as const;

export const ledgerOperations: Operation[] = [
  query({
    ...shared,
    id: 'listLedgerEntries',
    path: '/v1/ledger/entries',
    summary: 'List ledger entries',
    description: 'The lines of the books: double entry, append-only. Long lists are read by `cursor`: it neither counts nor skips.',
    query: listQuery(entryFilters),
    returns: { list: LedgerEntryResponse },
    handle: async ({ query: page, read }) => {
      const found = await listEntries(read.db, page);
      return { ...found, items: found.items.map(presentEntry) };
    },
  }),
  query({
    ...shared,
    id: 'listLedgerBalances',
    path: '/v1/ledger/balances',
    summary: 'List the balances of the accounts',
    description: 'Per account and currency, tax payable also per jurisdiction and rate: the sum of the entries that count by a day.',
    query: balanceQuery,
    returns: { list: LedgerBalanceResponse },
    handle: async ({ query: asked, read }) => {
      const items = await readBalances(read, asked);
      return { items, total: items.length };
    },
  }),
  query({
    ...shared,
    id: 'getRevenueRecognition',
    path: '/v1/reports/revenue_recognition',
    summary: 'Report revenue by the month it is earned in',
    description: 'Fees paid in advance are earned by the days they pay for; all others when they are invoiced. Months to come show what is to be earned of what is invoiced already.',
    query: revenueQuery,
    returns: { list: RevenueMonthResponse },
    handle: async ({ query: asked, read }) => {
      const items = await recognizeRevenue(read, asked);
      return { items, total: items.length };
    },
  }),
];

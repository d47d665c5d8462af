import { expect, it } from 'vitest';
import { systemNow } from '../../../kernel/clock.ts';
import type { Scope } from '../../../kernel/scope.ts';
import { Turns } from '../../../kernel/turns.ts';
import type { EventWriter, KnownEvent } from '../eventWriter.ts';
import { readEvent } from '../readEvent.ts';
import { GroupCommit } from './groupCommit.ts';
import { ingestEvents } from './ingestEvents.ts';

const tenant = { id: '00000000-0000-7000-8000-000000000001', organizationId: '', environment: 'live' } as const;
const scope: Scope = { tenant, actor: { type: 'system', id: null }, now: systemNow(), requestId: 'r', scopes: [] };

/** Intake over a store in memory; `isOpen` says whether events of metrics that are not there are taken. */
function intakeOver(rows: Map<string, KnownEvent>, expectsRepeats: boolean, isOpen: boolean) {
  const asked: string[] = [];
  const find = (ids: readonly string[]) => new Map(ids.flatMap((id) => (rows.has(id) ? [[id, rows.get(id) as KnownEvent] as const] : [])));
  const writer: EventWriter = {
    expectsRepeats,
    async find(ids) {
      asked.push(`find ${ids.length}`);
      return find(ids);
    },
    async append(events) {
      asked.push(`append ${events.length}`);
      const known = find(events.map(({ id }) => id));
      for (const one of events) if (!known.has(one.id)) rows.set(one.id, { ...one, expired: false });
      return known;
    },
    appendNew: async () => false,
  };
  const commit = new GroupCommit(writer);
  const facts = { about: async () => ({ metricOf: () => undefined, storesUnknown: isOpen, coverageOf: () => undefined }) };
  return { asked, intake: { facts, commit, turns: new Turns(), count: () => {} } };
}

const sent = (id: string, amount: number) => readEvent({ transaction_id: id, external_customer_id: 'c', code: 'calls', timestamp: '2026-01-01T00:00:00Z', properties: { amount } });
const first = ['a', 'b', 'c'].map((id) => sent(id, 1));
// The same, with other content, new and new again, not readable.
const second = [sent('a', 1), sent('b', 2), sent('new', 1), sent('new', 1), sent('new', 3), readEvent({}), sent('c', 1)];
const said = ['duplicate', 'conflict', 'unmatched', 'duplicate', 'conflict', 'rejected', 'duplicate'];

it.each([
  // What is found is neither judged nor written; of what is left, two have the same id.
  { looksFirst: true, asked: ['find 6', 'append 1'] },
  { looksFirst: false, asked: ['append 4'] },
])('says the same of a repeat whether it is looked for before it is judged or not: $looksFirst', async ({ looksFirst, asked }) => {
  const rows = new Map<string, KnownEvent>();
  await ingestEvents(intakeOver(rows, looksFirst, true).intake, scope, first);
  const again = intakeOver(rows, looksFirst, true);
  const results = await ingestEvents(again.intake, scope, second);
  expect(results.map(({ status }) => status)).toEqual(said);
  expect(results.map(({ event }) => event?.transactionId ?? null)).toEqual(['a', null, 'new', 'new', null, null, 'c']);
  expect(again.asked).toEqual(asked);
});

it.each([true, false])('knows a repeat of what would be refused by now: %s', async (looksFirst) => {
  const rows = new Map<string, KnownEvent>();
  await ingestEvents(intakeOver(rows, looksFirst, true).intake, scope, first);
  const results = await ingestEvents(intakeOver(rows, looksFirst, false).intake, scope, second);
  expect(results.map(({ status }) => status)).toEqual(['duplicate', 'conflict', 'rejected', 'rejected', 'rejected', 'rejected', 'duplicate']);
});

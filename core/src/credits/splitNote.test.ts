import { describe, expect, it } from 'vitest';
import { Amount } from '../money/index.ts';
import { type NoteType, splitNote } from './index.ts';

/** Offset, credit and refund; null where it does not fit. */
function split(total: number, type: NoteType, due: number, refundable: number, asked: number | null = null) {
  const found = splitNote(Amount.of(total), type, { due: Amount.of(due), refundable: Amount.of(refundable) }, asked === null ? null : Amount.of(asked));
  return found && [found.offset, found.credit, found.refund].map(Number);
}

describe('where a note goes', () => {
  it.each([
    ['of an unpaid invoice: it lowers what is owed', split(3000, 'credit', 4000, 0), [3000, 0, 0]],
    ['of a partly paid one: what is owed first, the rest is credit', split(3000, 'credit', 1000, 3000), [1000, 2000, 0]],
    ['a refund: what is owed first, the rest is paid back', split(3000, 'refund', 1000, 3000), [1000, 0, 2000]],
    ['a refund of what wallets had paid in part: money as far as it came, credit beyond', split(3000, 'refund', 0, 1200), [0, 1800, 1200]],
    ['a refund of a part of it: the rest is credit', split(3000, 'refund', 0, 3000, 500), [0, 2500, 500]],
    ['a refund of nothing is credit', split(3000, 'refund', 0, 3000, 0), [0, 3000, 0]],
    ['a refund of more than came does not fit', split(3000, 'refund', 0, 1200, 1201), null],
    ['a refund of more than is left beside what is owed does not fit', split(3000, 'refund', 1000, 3000, 2001), null],
    ['an offset', split(1000, 'offset', 1000, 500), [1000, 0, 0]],
    ['an offset over more than what is owed does not fit', split(1001, 'offset', 1000, 500), null],
    ['a credit with money back does not fit', split(1000, 'credit', 0, 1000, 1), null],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});

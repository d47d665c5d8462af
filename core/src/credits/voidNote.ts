import { Amount, Fraction, Precise } from '../money/index.ts';
import type { TaxPart } from '../taxes/index.ts';
import type { ComposedNote, NoteItem } from './composeNote.ts';

/** What of a note is taken back, as a note of its own. */
export type VoidedPart = Pick<ComposedNote, 'items' | 'taxes'>;

/**
 * Takes back of a note what is left of it: its items, their share of the coupons and its taxes in proportion, by largest remainder, so that
 * they come to exactly what is left; all of it where nothing was used.
 */
export function voidNote({ items, taxes, total }: Pick<ComposedNote, 'items' | 'taxes' | 'total'>, left: Amount): VoidedPart {
  if (Amount.compare(left, total) === 0) return { items, taxes };
  const parts = Amount.allocate(left, [...items.map(({ net }) => net), ...taxes.map(({ amount }) => amount)]);
  const nets = parts.slice(0, items.length);
  const amounts = parts.slice(items.length);
  const onItems = Amount.allocate(Amount.sum(amounts), items.map((item) => item.taxes));
  return {
    items: items.map((item, index) => itemOf(item, nets[index] ?? Amount.zero, onItems[index] ?? Amount.zero, [left, total])),
    taxes: taxes.map((group, index) => groupOf(group, amounts[index] ?? Amount.zero, [left, total])),
  };
}

type Share = readonly [Amount, Amount];

/** Its net part, with the coupons and the tax in the price that go with it. */
function itemOf(item: NoteItem, net: Amount, taxes: Amount, whole: Share): NoteItem {
  const coupons = scaled(item.coupons, Amount.isZero(item.net) ? whole : [net, item.net]);
  const amount = Amount.add(net, coupons);
  return { feeId: item.feeId, amount, coupons, net, taxes, included: scaled(item.included, [amount, item.amount]) };
}

function groupOf({ tax, base, amount }: TaxPart, part: Amount, whole: Share): TaxPart {
  return { tax, base: scaled(base, Amount.isZero(amount) ? whole : [part, amount]), amount: part };
}

function scaled(of: Amount, [part, whole]: Share): Amount {
  return Precise.toAmount(Precise.scale(Precise.ofMinor(of), Fraction.of(part, whole)));
}

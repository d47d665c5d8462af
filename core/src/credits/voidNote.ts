import { Amount, Fraction, Precise } from '../money/index.ts';
import { groupKey, type TaxPart } from '../taxes/index.ts';
import type { ComposedNote, NoteItem } from './composeNote.ts';
import type { CreditableFee } from './creditable.ts';

/** What of a note is taken back, as a note of its own. */
export type VoidedPart = Pick<ComposedNote, 'items' | 'taxes'>;

/** Which taxes a fee has. */
type TaxedFee = Pick<CreditableFee, 'id' | 'taxes'>;

/**
 * Takes back of a note what is left of it: its items, their share of the coupons and its taxes in proportion, by largest remainder, so that
 * they come to exactly what is left; all of it where nothing was used. A tax is taken back only with something that it is on: where rounding
 * would leave it alone, a minor unit of it is its first item's. `fees` are those of the items.
 */
export function voidNote(note: Pick<ComposedNote, 'items' | 'taxes' | 'total'>, left: Amount, fees: readonly TaxedFee[]): VoidedPart {
  const { items, taxes, total } = note;
  if (Amount.compare(left, total) === 0) return { items, taxes };
  const { nets, amounts } = supported(note, Amount.allocate(left, [...items.map(({ net }) => net), ...taxes.map(({ amount }) => amount)]), fees);
  const onItems = Amount.allocate(Amount.sum(amounts), items.map((item) => item.taxes));
  return {
    items: items.map((item, index) => itemOf(item, nets[index] ?? Amount.zero, onItems[index] ?? Amount.zero, [left, total])),
    taxes: taxes.map((group, index) => groupOf(group, amounts[index] ?? Amount.zero, [left, total])),
  };
}

/** Parts of the items and of the taxes, each tax with a part of an item under it if the note has one. */
function supported({ items, taxes }: Pick<ComposedNote, 'items' | 'taxes'>, parts: readonly Amount[], fees: readonly TaxedFee[]) {
  const [nets, amounts] = [parts.slice(0, items.length), parts.slice(items.length)];
  const one = Amount.of(1);
  for (const [index, { tax }] of taxes.entries()) {
    const amount = amounts[index] ?? Amount.zero;
    const ids = new Set(fees.filter((fee) => fee.taxes.some((own) => groupKey(own) === groupKey(tax))).map(({ id }) => id));
    const under = [...items.entries()].filter(([, { feeId, net }]) => ids.has(feeId) && !Amount.isZero(net));
    const [first] = under;
    if (first === undefined || Amount.isZero(amount) || under.some(([place]) => !Amount.isZero(nets[place] ?? Amount.zero))) continue;
    nets[first[0]] = one;
    amounts[index] = Amount.subtract(amount, one);
  }
  return { nets, amounts };
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

import { Rate } from '../money/index.ts';
import type { Tax } from './tax.ts';

/** A tax on top of the net amount, called like its rate, unless told otherwise. */
export function taxOf(rate: string, more: Partial<Omit<Tax, 'rate'>> = {}): Tax {
  const base: Tax = {
    id: `tax-${rate}`,
    code: `tax-${rate}`,
    name: `Tax ${rate}`,
    rate: Rate.parse(rate),
    category: 'S',
    jurisdiction: 'DE',
    compound: false,
    inclusive: false,
    reason: null,
  };
  return { ...base, ...more };
}

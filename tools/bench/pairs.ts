import { median } from './latency.ts';
import { watchOthers } from './processors.ts';

/** What is compared: two figures of the same unit, taken in turn. */
export interface Comparison {
  readonly limit: () => Promise<number>;
  readonly product: () => Promise<number>;
}

export interface PairPlan {
  readonly pairs: number;
  /** Processors that others may use before a pair counts for nothing. */
  readonly mostForeign: number;
  /** The processes whose work, with their children's, is ours. */
  readonly roots: readonly number[];
  /** False where the product's side builds on what the limit's side left. */
  readonly takesTurns?: boolean;
}

export interface Compared {
  /** Median of the pair ratios, product ÷ limit. */
  readonly ratio: number;
  readonly ratios: readonly number[];
  readonly limit: number;
  readonly product: number;
  /** Pairs thrown away because others used the machine meanwhile. */
  readonly discarded: number;
  /** False where too few pairs were left in peace: the ratio is then of all of them. */
  readonly undisturbed: boolean;
}

interface Pair {
  readonly limit: number;
  readonly product: number;
  readonly foreign: number | null;
}

async function takePair({ limit, product }: Comparison, limitFirst: boolean, roots: readonly number[]): Promise<Pair> {
  const taken = { limit: 0, product: 0 };
  let foreign: number | null = null;
  for (const side of limitFirst ? (['limit', 'product'] as const) : (['product', 'limit'] as const)) {
    const watched = await watchOthers(roots, side === 'limit' ? limit : product);
    taken[side] = watched.value;
    if (watched.foreign !== null) foreign = Math.max(foreign ?? 0, watched.foreign);
  }
  return { ...taken, foreign };
}

/**
 * Takes both sides in turn, each first every other time, so that a machine that grows slower or faster favours neither. The first pair
 * only warms up. A pair during which others worked is taken again, up to as often again as pairs were asked for.
 */
export async function comparePairs(comparison: Comparison, { pairs, mostForeign, roots, takesTurns = true }: PairPlan): Promise<Compared> {
  await takePair(comparison, true, roots);
  const all: Pair[] = [];
  const quiet = () => all.filter(({ foreign }) => foreign === null || foreign <= mostForeign);
  while (quiet().length < pairs && all.length < 2 * pairs) all.push(await takePair(comparison, !takesTurns || all.length % 2 === 0, roots));
  const undisturbed = quiet().length >= pairs;
  const taken = undisturbed ? quiet() : all;
  const ratios = taken.map(({ limit, product }) => product / limit);
  return {
    ratio: median(ratios),
    ratios,
    limit: median(taken.map(({ limit }) => limit)),
    product: median(taken.map(({ product }) => product)),
    discarded: all.length - quiet().length,
    undisturbed,
  };
}

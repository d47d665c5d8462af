/** A generator of numbers that gives the same ones for the same seed (mulberry32), so that a failing run can be had again. */
export interface Random {
  /** From 0, below 1. */
  next(): number;
  /** A whole number from 0, below the bound. */
  below(bound: number): number;
  pick<T>(from: readonly T[]): T;
  /** True in about so many of a hundred cases. */
  percent(chance: number): boolean;
}

export function randomFrom(seed: number): Random {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (bound: number) => Math.floor(next() * bound);
  return { next, below, pick: (from) => from[below(from.length)] as (typeof from)[number], percent: (chance) => next() * 100 < chance };
}

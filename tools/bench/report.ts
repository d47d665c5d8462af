import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import type { Compared } from './pairs.ts';

/** What was asked for on the command line. */
export interface BenchOptions {
  /** One JSON object at the end, on one line, for programs. */
  readonly json: boolean;
  /** Smaller sizes, in under two minutes. */
  readonly quick: boolean;
  /** The measurements to take; empty: all. */
  readonly only: readonly string[];
  /** Processors that others may use before a pair counts for nothing. */
  readonly mostForeign: number;
  /** What only this program takes. */
  readonly more: Readonly<Record<string, string>>;
}

/** Reads the command line; a name that is no measurement is refused. `more` names what else is taken, with the defaults. */
export function readOptions(names: readonly string[], more: Readonly<Record<string, string>> = {}): BenchOptions {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      foreign: { type: 'string', default: '0.25' },
      ...Object.fromEntries(Object.entries(more).map(([name, value]) => [name, { type: 'string' as const, default: value }])),
    },
  });
  const given: Readonly<Record<string, unknown>> = values;
  const only = values.only.split(',').filter((name) => name !== '');
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`There is no measurement "${unknown}"; they are ${names.join(', ')}.`);
  const mostForeign = Number(values.foreign);
  if (!(mostForeign >= 0)) throw new Error('--foreign takes a number of processors.');
  return { json: values.json, quick: values.quick, only, mostForeign, more: Object.fromEntries(Object.keys(more).map((name) => [name, String(given[name])])) };
}

/** A line of the table: what was compared, in which unit, and what it should reach. */
export interface Line {
  readonly name: string;
  readonly what: string;
  readonly unit: string;
  readonly goal: string;
  readonly compared: Compared;
  readonly notes?: readonly string[];
}

const gigabyte = 1024 ** 3;

/** The machine, for whoever reads the figures later. */
export function describeMachine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / gigabyte);
  return `${cpus().length} × ${first?.model ?? 'unknown'}, ${memory} GiB, ${process.platform} ${release()}, Node ${process.versions.node}`;
}

/** The commit measured; "-dirty" where files differ from it. */
export function describeCommit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=10'], { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const shown = (value: number): string => {
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  return value >= 10 ? value.toFixed(1) : value.toPrecision(3);
};

export function describeLine({ name, what, unit, goal, compared, notes = [] }: Line): string[] {
  const { ratio, ratios, limit, product, discarded, undisturbed } = compared;
  const spread = `${shown(Math.min(...ratios))} … ${shown(Math.max(...ratios))}`;
  const peace = undisturbed ? `${discarded} discarded` : 'DISTURBED: others used the machine in most pairs';
  return [
    `${name.padEnd(15)} ${shown(ratio).padStart(8)}  ${goal.padEnd(9)} ${what}`,
    `${''.padEnd(26)}${shown(product)} against ${shown(limit)} ${unit}; ${ratios.length} pairs, ${spread}; ${peace}`,
    ...notes.map((note) => `${''.padEnd(26)}${note}`),
  ];
}

/** Prints the ratios as one JSON object on the last line. */
export function sayJson(lines: readonly Line[], names: readonly string[]): void {
  const measured = new Map(lines.map(({ name, compared }) => [name, Number(compared.ratio.toPrecision(4))]));
  const ratios = Object.fromEntries(names.map((name) => [name, measured.get(name) ?? null]));
  const disturbed = lines.filter(({ compared }) => !compared.undisturbed).map(({ name }) => name);
  say(JSON.stringify({ ratios, machine: describeMachine(), commit: describeCommit(), disturbed }));
}

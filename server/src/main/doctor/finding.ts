/** What one check found, in one line; what is not as it should be comes with the mend. */
export type Finding =
  | { readonly outcome: 'ok'; readonly about: string; readonly found: string }
  | { readonly outcome: 'warn' | 'FAIL'; readonly about: string; readonly found: string; readonly mend: string };

export const ok = (about: string, found: string): Finding => ({ outcome: 'ok', about, found });
export const warn = (about: string, found: string, mend: string): Finding => ({ outcome: 'warn', about, found, mend });
export const fail = (about: string, found: string, mend: string): Finding => ({ outcome: 'FAIL', about, found, mend });

/** One line: outcome, subject, finding and, after an arrow, the mend. */
export function printFinding(finding: Finding): string {
  const line = `${finding.outcome.padEnd(4)}  ${finding.about.padEnd(14)}  ${finding.found}`;
  return finding.outcome === 'ok' ? line : `${line}  → ${finding.mend}`;
}

/** "3 timers", "1 timer". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

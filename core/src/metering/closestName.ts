/** A known name and in how many keystrokes it differs from another. */
export interface ClosestName {
  readonly name: string;
  readonly distance: number;
}

const mostEdits = 8;

/**
 * The known name that was most likely meant: the one with the smallest edit distance (a character added, left out, changed, or two
 * neighbours swapped, each 1), of equal ones the first. Null where even that differs in more than half of the longer name, or by more than 8. Upper and
 * lower case and surrounding spaces are told apart only where nothing else differs.
 */
export function closestName(meant: string, known: readonly string[]): ClosestName | null {
  const wanted = plain(meant);
  let closest: ClosestName | null = null;
  for (const name of known) {
    const candidate = plain(name);
    const most = Math.min(Math.floor(Math.max(wanted.length, candidate.length) / 2), (closest?.distance ?? mostEdits + 1) - 1);
    if (Math.abs(wanted.length - candidate.length) > most) continue;
    const distance = Math.max(editDistance(wanted, candidate, most), name === meant ? 0 : 1);
    if (distance <= most) closest = { name, distance };
  }
  return closest;
}

const plain = (name: string): string => name.trim().toLowerCase();

/** Row by row; the row before the last one is kept for swapped neighbours. Given up where it must come to more than `most`. */
function editDistance(a: string, b: string, most: number): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, place) => place);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const changed = at(last, j - 1) + (same ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(before, j - 2) + 1 : changed;
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, changed, swapped));
    }
    if (Math.min(...row, ...last) > most) return most + 1;
    [before, last] = [last, row];
  }
  return at(last, b.length);
}

const at = (row: readonly number[], place: number): number => row[place] ?? 0;

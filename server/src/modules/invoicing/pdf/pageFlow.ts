import { type PlacedBox, type PlacedText, type StructureNode, styles, type TextStyle } from './page.ts';
import { printable } from './printable.ts';
import { wrapText } from './wrapText.ts';

/** Width of a piece of text in a style, in points. */
export type Measure = (text: string, style: TextStyle) => number;

/** One line of text of a cell; empty text is space of the style's leading. */
export interface CellLine {
  readonly text: string;
  readonly style: TextStyle;
  readonly node: StructureNode | null;
}

export interface Cell {
  readonly x: number;
  readonly width: number;
  readonly align: 'left' | 'right';
  readonly lines: readonly CellLine[];
}

type Item = PlacedText | PlacedBox;

/**
 * Fills pages from top to bottom, row by row. A row stands on one page if any page can hold it; a taller one is cut between lines
 * and goes on overleaf, so that no text is ever lost or printed over another.
 */
export class PageFlow {
  readonly pages: Item[][] = [[]];
  y: number;
  /** Called at the top of every new page, e.g. to repeat the head of a table. */
  onNewPage: (() => void) | null = null;

  readonly #measure: Measure;
  readonly #top: number;
  readonly #bottom: number;

  constructor(measure: Measure, firstTop: number, nextTop: number, bottom: number) {
    this.#measure = measure;
    this.y = firstTop;
    this.#top = nextTop;
    this.#bottom = bottom;
  }

  /** Breaks text into the lines of a cell of the given width. */
  lines(text: string, style: TextStyle, width: number, node: StructureNode | null): CellLine[] {
    const wrapped = wrapText(printable(text), width, (piece) => this.#measure(plainSpaces(piece), style));
    return wrapped.map((line) => ({ text: plainSpaces(line), style, node }));
  }

  /** Width of a text as it will be printed on one line. */
  widthOf(text: string, style: TextStyle): number {
    return this.#measure(plainSpaces(printable(text)), style);
  }

  /** Height left on this page. */
  get room(): number {
    return this.#bottom - this.y;
  }

  /** Starts a new page unless `height` is left on this one. What no page can hold starts here: it will be cut anyway. */
  ensure(height: number): void {
    if (height <= this.room) return;
    if (height > this.#bottom - this.#top && this.room > MIN_START) return;
    this.newPage();
  }

  /** Places cells side by side and moves below the tallest. `after` is space under the row, dropped at the end of a page. */
  row(cells: readonly Cell[], after = 0): void {
    this.ensure(rowHeight(cells));
    let rest = cells;
    for (;;) {
      const parts = rest.map((cell) => cut(cell, this.room));
      for (const { placed } of parts) this.#place(placed);
      this.y += rowHeight(parts.map(({ placed }) => placed));
      rest = parts.map((part) => part.rest);
      if (rest.every((cell) => cell.lines.length === 0)) break;
      this.newPage();
    }
    this.y += after;
  }

  /** A horizontal line at the present height, above the next row. */
  rule(x: number, width: number, thickness: number, color: string): void {
    if (this.y + thickness > this.#bottom) return;
    this.#items().push({ kind: 'box', x, y: this.y, width, height: thickness, radius: 0, color });
  }

  /** A filled box behind whatever is placed at that position on this page afterwards. */
  box(box: Omit<PlacedBox, 'kind'>): void {
    this.#items().push({ kind: 'box', ...box });
  }

  newPage(): void {
    this.pages.push([]);
    this.y = this.#top;
    this.onNewPage?.();
  }

  #items(): Item[] {
    const page = this.pages.at(-1);
    if (page === undefined) throw new Error('a flow has at least one page');
    return page;
  }

  #place(cell: Cell): void {
    let y = this.y;
    for (const line of cell.lines) {
      if (line.text !== '') this.#items().push(placeLine(line, cell, y, this.#measure));
      y += line.style.leading;
    }
  }
}

/** No-break spaces have done their work once lines are broken; as plain ones the text can be searched and copied. */
function plainSpaces(text: string): string {
  return text.replaceAll(/[\u00a0\u202f]/g, ' ');
}

// A row that must be cut is not begun in the last few lines of a page.
const MIN_START = 60;

/** Puts one line at a height, at the left or right edge of its cell. */
export function placeLine(line: CellLine, cell: Pick<Cell, 'x' | 'width' | 'align'>, y: number, measure: Measure): PlacedText {
  const width = measure(line.text, line.style);
  const x = cell.align === 'left' ? cell.x : cell.x + cell.width - width;
  return { kind: 'text', x, y, width, text: line.text, style: line.style, node: line.node };
}

/** Empty room inside a cell. */
export function space(height: number): CellLine {
  return { text: '', style: { ...styles.body, leading: height }, node: null };
}

export function rowHeight(cells: readonly Pick<Cell, 'lines'>[]): number {
  return Math.max(0, ...cells.map((cell) => heightOf(cell.lines)));
}

export function heightOf(lines: readonly CellLine[]): number {
  return lines.reduce((sum, line) => sum + line.style.leading, 0);
}

function cut(cell: Cell, room: number): { placed: Cell; rest: Cell } {
  let height = 0;
  let count = 0;
  for (const line of cell.lines) {
    if (height + line.style.leading > room) break;
    height += line.style.leading;
    count += 1;
  }
  return { placed: { ...cell, lines: cell.lines.slice(0, count) }, rest: { ...cell, lines: cell.lines.slice(count) } };
}

import type { InvoiceLayout, TotalRow } from './layout.ts';
import { addNode, contentWidth, ink, paper, type StructureNode, styles, type TextStyle } from './page.ts';
import { type Cell, type CellLine, heightOf, type PageFlow, rowHeight, space } from './pageFlow.ts';

const WIDTH = 290;
const X = paper.margin + contentWidth - WIDTH;
const GAP = 14;
const ABOVE = 8;
const PADDING = 2.5;

export interface MeasuredTotals {
  readonly rows: readonly { readonly row: TotalRow; readonly cells: readonly Cell[] }[];
  /** With the room above them. */
  readonly height: number;
}

/** The sums stand under the column of amounts: values at the right edge, labels in what is left of the block. */
export function measureTotals(flow: PageFlow, layout: InvoiceLayout, table: StructureNode): MeasuredTotals {
  const width = Math.max(...layout.totals.map((row) => flow.widthOf(row.value, styleOf(row))));
  const label = { x: X, width: WIDTH - width - GAP, align: 'left' as const };
  const value = { x: X + WIDTH - width, width, align: 'right' as const };
  const padded = (lines: readonly CellLine[]): CellLine[] => [space(PADDING), ...lines, space(PADDING)];
  const rows = layout.totals.map((row) => {
    const node = addNode(table, 'TR');
    const style = styleOf(row);
    const labelStyle = row.weight === 'plain' ? { ...style, color: ink.quiet } : style;
    const name = flow.lines(row.label, labelStyle, label.width, addNode(node, 'TH', 'Row'));
    const sum = flow.lines(row.value, style, value.width, addNode(node, 'TD'));
    return {
      row,
      cells: [
        { ...label, lines: padded(name) },
        { ...value, lines: padded(sum) },
      ],
    };
  });
  return { rows, height: rows.reduce((total, { cells }) => total + rowHeight(cells), ABOVE) };
}

/** Places the sums, and the remarks at their left if they are short enough to stand there, else below over the width of the page. */
export function placeTotals(flow: PageFlow, totals: MeasuredTotals, layout: InvoiceLayout, root: StructureNode): void {
  flow.ensure(totals.height);
  flow.y += ABOVE;
  const remarks = layout.remarks.map((remark) => ({ remark, heading: addNode(root, 'H2'), text: addNode(root, 'P') }));
  const narrow = contentWidth - WIDTH - 2 * GAP;
  const beside = remarks.flatMap(({ remark, heading, text }) => [
    ...flow.lines(remark.heading, styles.heading, narrow, heading),
    ...flow.lines(remark.text, styles.body, narrow, text),
    space(8),
  ]);
  const height = totals.height - ABOVE;
  const isBeside = heightOf(beside) <= height && height <= flow.room;
  if (isBeside) {
    const top = flow.y;
    flow.row([{ x: paper.margin, width: narrow, align: 'left', lines: [space(PADDING), ...beside] }]);
    flow.y = top;
  }
  for (const { row, cells } of totals.rows) {
    flow.ensure(rowHeight(cells));
    if (row.weight !== 'plain') flow.rule(X, WIDTH, row.weight === 'due' ? 1 : 0.5, ruleColor(row));
    flow.row(cells);
  }
  if (isBeside) return;
  const wide = contentWidth * 0.78;
  for (const { remark, heading, text } of remarks) {
    const head = flow.lines(remark.heading, styles.heading, wide, heading);
    const body = flow.lines(remark.text, styles.body, wide, text);
    flow.y += 16;
    flow.ensure(heightOf(head) + heightOf(body.slice(0, 3)));
    flow.row([{ x: paper.margin, width: wide, align: 'left', lines: head }], 2);
    flow.row([{ x: paper.margin, width: wide, align: 'left', lines: body }]);
  }
}

function styleOf({ weight }: TotalRow): TextStyle {
  if (weight === 'due') return { ...styles.strong, size: 11, leading: 16 };
  return weight === 'sum' ? styles.strong : styles.body;
}

function ruleColor({ weight }: TotalRow): string {
  return weight === 'due' ? ink.strongRule : ink.rule;
}

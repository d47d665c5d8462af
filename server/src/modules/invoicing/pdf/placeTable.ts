import type { InvoiceLayout, TableRow } from './layout.ts';
import { addNode, contentWidth, ink, paper, type StructureNode, styles } from './page.ts';
import { type Cell, type PageFlow, rowHeight, space } from './pageFlow.ts';
import { measureTotals, placeTotals } from './placeTotals.ts';

const GAP = 14;
const PADDING = 5;

interface Columns {
  readonly description: Column;
  readonly units: Column;
  readonly unitPrice: Column;
  readonly amount: Column;
}

type Column = Pick<Cell, 'x' | 'width' | 'align'>;
type LineRow = Extract<TableRow, { kind: 'line' }>;

/**
 * Places the lines of the invoice and its sums. Every further page repeats the head of the table; the heading of a group stays with
 * its first line, and the last line with the sums, so that no page shows sums of nothing.
 */
export function placeTable(flow: PageFlow, layout: InvoiceLayout, root: StructureNode): void {
  const columns = columnsFor(flow, layout);
  const table = addNode(root, 'Table');
  placeHead(flow, layout, columns, addNode(table, 'TR'));
  const rows = layout.rows.map((row) => ({ row, cells: cellsOf(flow, row, columns, addNode(table, 'TR')) }));
  const totals = measureTotals(flow, layout, addNode(root, 'Table'));

  flow.onNewPage = () => placeHead(flow, layout, columns, null);
  rows.forEach(({ row, cells }, index) => {
    const next = row.kind === 'group' ? rowHeight(rows[index + 1]?.cells ?? []) : 0;
    const last = index === rows.length - 1 || (row.kind === 'group' && index === rows.length - 2);
    flow.ensure(rowHeight(cells) + next + (last ? totals.height : 0));
    flow.row(cells);
    if (row.kind === 'line') flow.rule(paper.margin, contentWidth, 0.5, ink.rule);
  });
  flow.onNewPage = null;
  placeTotals(flow, totals, layout, root);
}

/**
 * Amounts never wrap, so their column is as wide as the widest. Units and prices are as wide as they need to be within a share of
 * what is left, and wrap beyond it; the description has the rest.
 */
function columnsFor(flow: PageFlow, layout: InvoiceLayout): Columns {
  const lines = layout.rows.filter((row): row is LineRow => row.kind === 'line');
  const widest = (head: string, texts: readonly string[]): number =>
    Math.ceil(
      Math.max(flow.widthOf(head, styles.heading), ...texts.map((text) => flow.widthOf(text, styles.body))),
    );
  const amount = widest(layout.columns.amount, lines.map((line) => line.amount));
  const left = contentWidth - amount - 3 * GAP;
  const units = Math.min(widest(layout.columns.units, lines.map((line) => line.units)), Math.floor(left * 0.26));
  const unitPrice = Math.min(
    widest(layout.columns.unitPrice, lines.map((line) => line.unitPrice)),
    Math.floor(left * 0.3),
  );
  const right = paper.margin + contentWidth;
  const amountX = right - amount;
  const unitPriceX = amountX - GAP - unitPrice;
  const unitsX = unitPriceX - GAP - units;
  return {
    description: { x: paper.margin, width: unitsX - GAP - paper.margin, align: 'left' },
    units: { x: unitsX, width: units, align: 'right' },
    unitPrice: { x: unitPriceX, width: unitPrice, align: 'right' },
    amount: { x: amountX, width: amount, align: 'right' },
  };
}

/** The head of the table. On further pages it is decoration: a reader that follows the structure has heard it already. */
function placeHead(flow: PageFlow, layout: InvoiceLayout, columns: Columns, row: StructureNode | null): void {
  const cell = (name: keyof Columns): Cell => {
    const node = row && addNode(row, 'TH', 'Column');
    const column = columns[name];
    return { ...column, lines: [...flow.lines(layout.columns[name], styles.heading, column.width, node), space(4)] };
  };
  flow.row([cell('description'), cell('units'), cell('unitPrice'), cell('amount')]);
  flow.rule(paper.margin, contentWidth, 1, ink.strongRule);
}

function cellsOf(flow: PageFlow, row: TableRow, columns: Columns, node: StructureNode): Cell[] {
  if (row.kind === 'group') {
    const heading = addNode(node, 'TH', 'Row');
    // A table of a constant number of columns is what readers expect; the other cells of a heading are empty.
    for (let i = 0; i < 3; i++) addNode(node, 'TD');
    const lines = flow.lines(row.text, styles.strong, contentWidth, heading);
    return [{ x: paper.margin, width: contentWidth, align: 'left', lines: [space(PADDING + 6), ...lines, space(1)] }];
  }
  const first = addNode(node, 'TD');
  const { description } = columns;
  const small = row.detail === '' ? [] : flow.lines(row.detail, styles.small, description.width, first);
  const text = flow.lines(row.description, styles.body, description.width, first);
  const number = (column: Column, value: string): Cell => {
    const cell = addNode(node, 'TD');
    return { ...column, lines: value === '' ? [] : [space(PADDING), ...flow.lines(value, styles.body, column.width, cell)] };
  };
  return [
    { ...description, lines: [space(PADDING), ...text, ...small, space(PADDING)] },
    number(columns.units, row.units),
    number(columns.unitPrice, row.unitPrice),
    number(columns.amount, row.amount),
  ].map((cell) => padBottom(cell));
}

/** A unit price of many lines may be the tallest cell; the rule under the row keeps its distance all the same. */
function padBottom(cell: Cell): Cell {
  const last = cell.lines.at(-1);
  return last === undefined || last.text === '' ? cell : { ...cell, lines: [...cell.lines, space(PADDING)] };
}

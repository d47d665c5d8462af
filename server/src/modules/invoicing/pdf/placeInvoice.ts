import type { Badge, InvoiceLayout } from './layout.ts';
import {
  addNode,
  contentWidth,
  ink,
  type PlacedBox,
  type PlacedInvoice,
  type PlacedText,
  paper,
  type StructureNode,
  styles,
} from './page.ts';
import { type Cell, type CellLine, heightOf, type Measure, PageFlow, placeLine } from './pageFlow.ts';
import { placeTable, placeTotals, space } from './placeTable.ts';

const FOOT = paper.height - 40;
const FACT_LABEL_WIDTH = 170;
// Small print of more lines would eat the page; it is then printed once, at the end.
const MAX_FOOTER_LINES = 5;

/** Gives every word of an invoice its place on paper. Pure: the widths of texts come from `measure`. */
export function placeInvoice(layout: InvoiceLayout, measure: Measure): PlacedInvoice {
  const structure: StructureNode = { role: 'Document', scope: null, children: [] };
  const smallPrint = smallPrintLines(layout, measure);
  const inFooter = smallPrint.length <= MAX_FOOTER_LINES;
  const footer = inFooter ? smallPrint : [];
  const footTop = FOOT - heightOf(footer) - (footer.length > 0 ? 6 : 0);
  const flow = new PageFlow(measure, paper.margin, paper.margin, footTop - 14);

  placeTitle(flow, layout, structure);
  placeFacts(flow, layout, structure);
  placeParties(flow, layout, structure);
  placeTable(flow, layout, structure);
  placeTotals(flow, layout, structure);
  placeRemarks(flow, layout, structure);
  if (!inFooter) {
    flow.y += 18;
    const node = addNode(structure, 'P');
    flow.row([block(smallPrint.map((line) => ({ ...line, node })))]);
  }

  const footerNode = footer.length > 0 ? addNode(structure, 'P') : null;
  const pages = flow.pages.map((items, index) => {
    const page = { number: index + 1, of: flow.pages.length };
    const foot = footOf(layout, footer, footTop, index === 0 ? footerNode : null, page, measure);
    return { watermark: layout.watermark, items: [...items, ...foot] };
  });
  return { pages, structure };
}

function placeTitle(flow: PageFlow, layout: InvoiceLayout, root: StructureNode): void {
  const left = { x: paper.margin, width: contentWidth * 0.6, align: 'left' as const };
  const right = { x: paper.margin + contentWidth * 0.62, width: contentWidth * 0.38, align: 'right' as const };
  const top = flow.y;
  if (layout.badge !== null) placeBadge(flow, layout.badge, left.x + flow.widthOf(layout.title, styles.title) + 12, root);
  flow.y = top;
  // The sender stands again, in full, among the parties; up here the name is the letterhead.
  const sender = flow.lines(layout.metadata.author, styles.sender, right.width, null);
  const title = flow.lines(layout.title, styles.title, left.width, addNode(root, 'H1'));
  flow.row(
    [
      { ...left, lines: title },
      { ...right, lines: [space(6), ...sender] },
    ],
    18,
  );
}

const tones = {
  good: { fill: ink.goodFill, text: ink.good },
  bad: { fill: ink.badFill, text: ink.bad },
  plain: { fill: ink.watermark, text: ink.quiet },
} as const;

function placeBadge(flow: PageFlow, badge: Badge, x: number, root: StructureNode): void {
  const style = { ...styles.badge, color: tones[badge.tone].text };
  const width = flow.widthOf(badge.text, style);
  flow.box({ x, y: flow.y + 6, width: width + 16, height: 17, radius: 8.5, color: tones[badge.tone].fill });
  flow.y += 8;
  flow.row([
    { x: x + 8, width: width + 1, align: 'left', lines: flow.lines(badge.text, style, width + 1, addNode(root, 'P')) },
  ]);
}

/** Label and value share a line at the left; at the right stands what most readers came for: how much, and by when. */
function placeFacts(flow: PageFlow, layout: InvoiceLayout, root: StructureNode): void {
  const needed = Math.max(...layout.facts.map((fact) => flow.widthOf(fact.label, styles.quiet)));
  const labelWidth = Math.min(Math.ceil(needed), FACT_LABEL_WIDTH);
  const valueX = paper.margin + labelWidth + 16;
  const valueWidth = paper.margin + contentWidth * 0.62 - valueX;
  const labels: CellLine[] = [];
  const values: CellLine[] = [];
  for (const fact of layout.facts) {
    const node = addNode(root, 'P');
    const label = flow.lines(fact.label, styles.quiet, labelWidth, node);
    const value = flow.lines(fact.value, styles.body, valueWidth, node);
    const rows = Math.max(label.length, value.length);
    labels.push(...label, ...blank(rows - label.length), space(2));
    values.push(...value, ...blank(rows - value.length), space(2));
  }
  const headline: Cell = {
    x: paper.margin + contentWidth * 0.64,
    width: contentWidth * 0.36,
    align: 'right',
    lines: headlineLines(flow, layout, contentWidth * 0.36, addNode(root, 'P')),
  };
  flow.row(
    [
      { x: paper.margin, width: labelWidth, align: 'left', lines: labels },
      { x: valueX, width: valueWidth, align: 'left', lines: values },
      headline,
    ],
    20,
  );
}

function headlineLines(flow: PageFlow, { headline }: InvoiceLayout, width: number, node: StructureNode): CellLine[] {
  const caption = flow.lines(headline.caption, styles.quiet, width, node);
  if (headline.amount === null) return caption;
  // Fifteen digits must stay on one line: the size gives way.
  const natural = flow.widthOf(headline.amount, styles.headline);
  const size = Math.min(styles.headline.size, (styles.headline.size * width) / natural);
  const style = { ...styles.headline, size: Math.floor(size * 10) / 10 };
  return [...flow.lines(headline.amount, style, width, node), ...caption];
}

function placeParties(flow: PageFlow, layout: InvoiceLayout, root: StructureNode): void {
  const gap = 24;
  const width = (contentWidth - gap) / 2;
  const cells = layout.parties.map((party, index): Cell => {
    const heading = flow.lines(party.heading, styles.heading, width, addNode(root, 'H2'));
    const node = addNode(root, 'P');
    const name = flow.lines(party.name, styles.strong, width, node);
    const lines = party.lines.flatMap((line) => flow.lines(line, styles.body, width, node));
    return {
      x: paper.margin + index * (width + gap),
      width,
      align: 'left',
      lines: [...heading, space(2), ...name, ...lines],
    };
  });
  flow.row(cells, 26);
}

function placeRemarks(flow: PageFlow, layout: InvoiceLayout, root: StructureNode): void {
  const width = contentWidth * 0.78;
  for (const remark of layout.remarks) {
    const heading = flow.lines(remark.heading, styles.heading, width, addNode(root, 'H2'));
    const text = flow.lines(remark.text, styles.body, width, addNode(root, 'P'));
    flow.y += 18;
    flow.ensure(heightOf(heading) + heightOf(text.slice(0, 3)));
    flow.row([block(heading)], 2);
    flow.row([block(text)]);
  }
}

function footOf(
  layout: InvoiceLayout,
  footer: readonly CellLine[],
  top: number,
  node: StructureNode | null,
  page: { number: number; of: number },
  measure: Measure,
): (PlacedText | PlacedBox)[] {
  const items: (PlacedText | PlacedBox)[] = [
    { kind: 'box', x: paper.margin, y: top - 6, width: contentWidth, height: 0.5, radius: 0, color: ink.rule },
  ];
  let y = top;
  for (const line of footer) {
    if (line.text !== '') items.push(placeLine({ ...line, node }, block([]), y, measure));
    y += line.style.leading;
  }
  const plain = new PageFlow(measure, 0, 0, paper.height);
  const number = plain.lines(layout.pageNumber(page.number, page.of), styles.small, contentWidth, null);
  const reference = plain.lines(layout.reference, styles.small, contentWidth * 0.7, null);
  for (const line of number.slice(0, 1)) items.push(placeLine(line, { ...block([]), align: 'right' }, FOOT, measure));
  for (const line of reference.slice(0, 1)) items.push(placeLine(line, block([]), FOOT, measure));
  return items;
}

function smallPrintLines(layout: InvoiceLayout, measure: Measure): CellLine[] {
  if (layout.smallPrint === null) return [];
  return new PageFlow(measure, 0, 0, paper.height).lines(layout.smallPrint, styles.small, contentWidth, null);
}

function block(lines: readonly CellLine[]): Cell {
  return { x: paper.margin, width: contentWidth, align: 'left', lines };
}

function blank(count: number): CellLine[] {
  return Array.from({ length: count }, () => space(styles.body.leading));
}

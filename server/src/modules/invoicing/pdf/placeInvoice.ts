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
import { type Cell, type CellLine, heightOf, type Measure, PageFlow, placeLine, space } from './pageFlow.ts';
import { placeTable } from './placeTable.ts';

const FOOT = paper.height - 38;
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
  const flow = new PageFlow(measure, paper.margin - 4, paper.margin - 4, footTop - 22);

  placeTitle(flow, layout, structure);
  placeFacts(flow, layout, structure);
  placeParties(flow, layout, structure);
  placeTable(flow, layout, structure);
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
  const top = flow.y;
  const natural = flow.widthOf(layout.title, styles.title);
  const badgeEnd = layout.badge === null ? natural : placeBadge(flow, layout.badge, paper.margin + natural + 12, root) - paper.margin;
  flow.y = top;
  const titleWidth = Math.min(natural, contentWidth * 0.6);
  const senderWidth = contentWidth - Math.min(badgeEnd, contentWidth * 0.6) - 30;
  // The seller stands again, in full, among the parties: up here the name is decoration.
  const sender = flow.lines(layout.letterhead, styles.sender, senderWidth, null);
  const title = flow.lines(layout.title, styles.title, titleWidth, addNode(root, 'H1'));
  flow.row(
    [
      { x: paper.margin, width: titleWidth, align: 'left', lines: title },
      { x: paper.margin + contentWidth - senderWidth, width: senderWidth, align: 'right', lines: [space(6), ...sender] },
    ],
    12,
  );
}

const tones = {
  good: { fill: ink.goodFill, text: ink.good },
  bad: { fill: ink.badFill, text: ink.bad },
} as const;

/** Gives the right edge of the badge. */
function placeBadge(flow: PageFlow, badge: Badge, x: number, root: StructureNode): number {
  const style = { ...styles.badge, color: tones[badge.tone].text };
  const width = flow.widthOf(badge.text, style);
  flow.box({ x, y: flow.y + 6, width: width + 16, height: 17, radius: 8.5, color: tones[badge.tone].fill });
  flow.y += 8;
  flow.row([
    { x: x + 8, width: width + 1, align: 'left', lines: flow.lines(badge.text, style, width + 1, addNode(root, 'P')) },
  ]);
  return x + width + 16;
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
    labels.push(...label, ...blank(rows - label.length), space(1));
    values.push(...value, ...blank(rows - value.length), space(1));
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
    14,
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
  flow.row(cells, 20);
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
  const [first, ...more] = reference;
  if (first !== undefined) {
    const text = more.length > 0 ? `${first.text} …` : first.text;
    items.push(placeLine({ ...first, text }, block([]), FOOT, measure));
  }
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

import PDFDocument from 'pdfkit';
import { fontBytes } from './fonts.ts';
import type { InvoiceLayout } from './layout.ts';
import { ink, type PlacedInvoice, type PlacedPage, type PlacedText, paper, type StructureNode } from './page.ts';
import type { Measure } from './pageFlow.ts';
import { printable } from './printable.ts';

// Share of a line's height above the baseline, so that text stands in the middle of its line.
const BASELINE = 0.74;

/**
 * A PDF/A-3b document, tagged, with the two fonts embedded. The layout's date is its creation date: nothing in the file comes from
 * the clock or from chance, so the same input gives the same bytes.
 */
export function openPdf(layout: InvoiceLayout): InvoicePdf {
  const { title, author, subject, date } = layout.metadata;
  const pdf = new InvoicePdf({
    pdfVersion: '1.7',
    subset: 'PDF/A-3b',
    tagged: true,
    lang: layout.locale,
    displayTitle: true,
    autoFirstPage: false,
    size: [paper.width, paper.height],
    margin: 0,
    // Without a path pdfkit would load Helvetica, which cannot be embedded.
    font: '',
    info: {
      Title: title,
      Author: author,
      Subject: subject,
      Creator: 'Farthing',
      Producer: 'Farthing',
      CreationDate: new Date(date.toZonedDateTime('UTC').epochMilliseconds),
    },
  });
  pdf.registerFont('regular', fontBytes('regular'));
  pdf.registerFont('semibold', fontBytes('semibold'));
  return pdf;
}

class InvoicePdf extends PDFDocument {
  /** pdfkit writes the information dictionary into the XML metadata as it is: names with & or < would break the XML. */
  override endMetadata(): void {
    this.info = Object.fromEntries(
      Object.entries(this.info).map(([key, value]) => [key, typeof value === 'string' ? escapeXml(value) : value]),
    );
    super.endMetadata();
  }
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Widths as this document will print them. */
export function measureWith(pdf: PDFKit.PDFDocument): Measure {
  return (text, style) => pdf.font(style.font).fontSize(style.size).widthOfString(text);
}

/** Draws the pages, closes the document and gives its bytes. */
export async function drawInvoice(pdf: PDFKit.PDFDocument, { pages, structure }: PlacedInvoice): Promise<Buffer> {
  const elements = new Map<StructureNode, PDFKit.PDFStructureElement>();
  const root = elementFor(pdf, structure, elements);
  pdf.addStructure(root);
  for (const page of pages) drawPage(pdf, page, elements);
  root.end();
  pdf.end();
  const chunks: Uint8Array[] = [];
  for await (const chunk of pdf) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function elementFor(
  pdf: PDFKit.PDFDocument,
  node: StructureNode,
  elements: Map<StructureNode, PDFKit.PDFStructureElement>,
): PDFKit.PDFStructureElement {
  // The published types do not know `scope` yet; pdfkit itself writes it.
  const options: PDFKit.Mixins.StructureElementOptions & { scope?: string } =
    node.scope === null ? {} : { scope: node.scope };
  const element = pdf.struct(node.role, options);
  elements.set(node, element);
  for (const child of node.children) element.add(elementFor(pdf, child, elements));
  return element;
}

function drawPage(
  pdf: PDFKit.PDFDocument,
  page: PlacedPage,
  elements: ReadonlyMap<StructureNode, PDFKit.PDFStructureElement>,
): void {
  pdf.addPage();
  if (page.watermark !== null) drawWatermark(pdf, page.watermark);
  for (const item of page.items) {
    if (item.kind === 'text') {
      drawText(pdf, item, item.node === null ? undefined : elements.get(item.node));
      continue;
    }
    pdf.markContent('Artifact', { type: 'Layout' });
    pdf.roundedRect(item.x, item.y, item.width, item.height, item.radius).fill(item.color);
    pdf.endMarkedContent();
  }
}

function drawText(pdf: PDFKit.PDFDocument, item: PlacedText, element: PDFKit.PDFStructureElement | undefined): void {
  const content = element === undefined ? undefined : pdf.markStructureContent(item.node?.role ?? 'P');
  if (content === undefined) pdf.markContent('Artifact', { type: 'Pagination' });
  pdf
    .font(item.style.font)
    .fontSize(item.style.size)
    .fillColor(item.style.color)
    .text(item.text, item.x, item.y + item.style.leading * BASELINE, { lineBreak: false, baseline: 'alphabetic' });
  pdf.endMarkedContent();
  if (content !== undefined) element?.add(content);
}

/** A pale word from corner to corner, under everything else. */
function drawWatermark(pdf: PDFKit.PDFDocument, word: string): void {
  const text = printable(word).toUpperCase();
  const middle = { x: paper.width / 2, y: paper.height / 2 };
  const size = Math.min(150, (paper.width * 0.95) / (pdf.font('semibold').fontSize(1).widthOfString(text) || 1));
  pdf.fontSize(size);
  const width = pdf.widthOfString(text);
  pdf.markContent('Artifact', { type: 'Layout' });
  pdf.save().rotate(-52, { origin: [middle.x, middle.y] }).fillColor(ink.watermark);
  pdf.text(text, middle.x - width / 2, middle.y + size * 0.35, { lineBreak: false, baseline: 'alphabetic' });
  pdf.restore();
  pdf.endMarkedContent();
}

import { describe, expect, it } from 'vitest';
import { InvoiceDoesNotAddUp, type InvoiceDocument } from './document.ts';
import { renderInvoicePdf } from './renderInvoicePdf.ts';
import { dinarInvoice, draftInvoice, longYenInvoice, saasInvoice, totalsOf } from './sampleDocuments.ts';
import { objectsOf, textOf } from './testing.ts';

const metadataOf = (pdf: Buffer): string =>
  [...objectsOf(pdf).values()].find(({ head }) => head.includes('/Subtype /XML'))?.stream ?? '';

describe('renderInvoicePdf', () => {
  it('prints text that can be copied, in every script of the fonts', async () => {
    const text = textOf(await renderInvoicePdf(dinarInvoice));
    expect(text).toContain('Ελληνική Ακτοπλοΐα Кириллица Łódź');
    expect(text).toContain('90-451 Łódź');
    expect(text).toContain('123.456.789.012,345 KWD');
    expect(text).toContain('Seite 2 von 2');
  });

  it('prints the sums it was given', async () => {
    const text = textOf(await renderInvoicePdf(saasInvoice));
    const after = (label: string): string | undefined => text[text.indexOf(label) + 1];
    expect(after('Subtotal')).toBe('$2,755.25');
    expect(after('Total')).toBe('$2,509.26');
    expect(after('Amount due')).toBe('$1,994.26');
  });

  it('marks what is no invoice', async () => {
    expect(textOf(await renderInvoicePdf(draftInvoice))[0]).toBe('PROJEKT');
  });

  it('gives the same bytes for the same document, whatever was printed in between', async () => {
    const first = await renderInvoicePdf(saasInvoice);
    await renderInvoicePdf(longYenInvoice);
    expect((await renderInvoicePdf(structuredCopy(saasInvoice))).equals(first)).toBe(true);
  });

  it('declares itself an archival, tagged document in its language, created on the issue date', async () => {
    const pdf = await renderInvoicePdf(dinarInvoice);
    const raw = pdf.toString('latin1');
    expect(raw.startsWith('%PDF-1.7')).toBe(true);
    expect(metadataOf(pdf)).toMatch(/<pdfaid:part>3<\/pdfaid:part>\s*<pdfaid:conformance>B</);
    expect(metadataOf(pdf)).toContain('<xmp:CreateDate>2026-12-01T00:00:00Z<');
    expect(raw).toContain('/CreationDate');
    expect(raw).toContain('(D:20261201000000Z)');
    expect(raw).toMatch(/\/Marked true/);
    expect(raw).toContain('/Lang (de-DE)');
    expect(raw).toContain('/OutputIntents');
    // Both fonts are in the file, and no other is named.
    expect(raw.match(/\/FontFile2 /g)).toHaveLength(2);
    expect(raw).not.toContain('Helvetica');
  });

  it('carries names into the metadata without breaking its XML', async () => {
    const seller = { ...saasInvoice.seller, legalName: 'Smith & <Sons>' };
    const metadata = metadataOf(await renderInvoicePdf({ ...saasInvoice, seller }));
    expect(metadata).toContain('<rdf:li>Smith &amp; &lt;Sons&gt;</rdf:li>');
    expect(metadata).not.toContain('Smith & ');
  });

  it('refuses a document that does not add up', async () => {
    await expect(renderInvoicePdf({ ...saasInvoice, totals: totalsOf([]) })).rejects.toThrow(InvoiceDoesNotAddUp);
  });
});

/** The same value in new objects: equal bytes must not hang on identity. */
function structuredCopy(document: InvoiceDocument): InvoiceDocument {
  return {
    ...document,
    issueDate: Temporal.PlainDate.from(document.issueDate.toString()),
    lines: document.lines.map((line) => ({ ...line })),
    totals: { ...document.totals, taxes: document.totals.taxes.map((tax) => ({ ...tax })) },
  };
}

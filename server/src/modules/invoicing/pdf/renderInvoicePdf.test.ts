import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { InvoiceDoesNotAddUp, type InvoiceDocument } from './document.ts';
import { renderInvoicePdf } from './renderInvoicePdf.ts';
import { dinarInvoice, draftInvoice, longYenInvoice, saasInvoice, totalsOf } from './sampleDocuments.ts';

/** The objects of a PDF by number, with their streams unpacked. */
function objectsOf(pdf: Buffer): Map<string, { head: string; stream: string }> {
  const raw = pdf.toString('latin1');
  const objects = new Map<string, { head: string; stream: string }>();
  for (const [, id, body] of raw.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const [head = '', stream] = (body ?? '').split(/\nstream\n/);
    const bytes = Buffer.from((stream ?? '').replace(/\nendstream$/, ''), 'latin1');
    const packed = head.includes('/FlateDecode');
    objects.set(id ?? '', { head, stream: (packed ? inflateSync(bytes) : bytes).toString('latin1') });
  }
  return objects;
}

/** What a reader would copy from the document: every text run through the font's own map from glyphs to characters. */
function textOf(pdf: Buffer): string[] {
  const objects = objectsOf(pdf);
  const mapOf = (font: string): string[] => {
    const head = objects.get(font)?.head ?? '';
    const cmap = objects.get(/\/ToUnicode (\d+) 0 R/.exec(head)?.[1] ?? '')?.stream ?? '';
    const ranges = [...cmap.matchAll(/^<\w+> <\w+> \[(.*)\]$/gm)].map((match) => match[1] ?? '');
    return [...ranges.join(' ').matchAll(/<([^>]*)>/g)].map(([, codes = '']) =>
      String.fromCharCode(...codes.split(' ').map((code) => Number.parseInt(code, 16))),
    );
  };
  const lines: string[] = [];
  for (const { head } of objects.values()) {
    if (!/\/Type \/Page\n/.test(head)) continue;
    const resources = objects.get(/\/Resources (\d+) 0 R/.exec(head)?.[1] ?? '')?.head ?? '';
    const fonts = new Map([...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, id]) => [name, mapOf(id ?? '')]));
    const content = objects.get(/\/Contents (\d+) 0 R/.exec(head)?.[1] ?? '')?.stream ?? '';
    for (const [, text = ''] of content.matchAll(/BT\n([\s\S]*?)\nET/g)) {
      const map = fonts.get(/\/(F\d+) /.exec(text)?.[1]) ?? [];
      const hex = [...text.matchAll(/<([0-9a-f]+)>/g)].map(([, glyphs]) => glyphs).join('');
      lines.push((hex.match(/.{4}/g) ?? []).map((glyph) => map[Number.parseInt(glyph, 16)] ?? '').join(''));
    }
  }
  return lines;
}

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

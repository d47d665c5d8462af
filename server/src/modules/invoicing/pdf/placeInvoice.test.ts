import { Amount } from '@farthing/core/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InvoiceDocument, InvoiceLine } from './document.ts';
import { measureWith, openPdf } from './draw.ts';
import { layOutInvoice } from './layout.ts';
import { type PlacedInvoice, type PlacedPage, type PlacedText, paper, type StructureNode } from './page.ts';
import { placeInvoice } from './placeInvoice.ts';
import { dinarInvoice, draftInvoice, longYenInvoice, saasInvoice, totalsOf, voidedInvoice } from './sampleDocuments.ts';

// Widths are the fonts', whatever the document; loading the fonts takes longer than placing it.
const measure = measureWith(openPdf(layOutInvoice(saasInvoice)));
const place = (document: InvoiceDocument): PlacedInvoice => placeInvoice(layOutInvoice(document), measure);

const textsOf = (page: PlacedPage | undefined): PlacedText[] => (page?.items ?? []).filter((item) => item.kind === 'text');
const words = (page: PlacedPage | undefined): string[] => textsOf(page).map((item) => item.text);
const allWords = (placed: PlacedInvoice): string[] => placed.pages.flatMap(words);

/** Widths are sums of fractions of a point; a hundredth of one is not seen. */
const TOLERANCE = 0.02;

/** Pairs of texts that print over each other, and texts that leave the paper's margins. */
function collisions({ pages }: PlacedInvoice): string[] {
  const found: string[] = [];
  pages.forEach((page, number) => {
    const texts = textsOf(page);
    for (const [index, a] of texts.entries()) {
      const right = a.x + a.width;
      const bottom = a.y + a.style.leading;
      const inside =
        a.x >= paper.margin - TOLERANCE &&
        right <= paper.width - paper.margin + TOLERANCE &&
        a.y >= 40 &&
        bottom <= paper.height - 20;
      if (!inside) found.push(`page ${number + 1}: "${a.text}" leaves the page`);
      for (const b of texts.slice(index + 1)) {
        const apart =
          right <= b.x + TOLERANCE ||
          b.x + b.width <= a.x + TOLERANCE ||
          bottom <= b.y + TOLERANCE ||
          b.y + b.style.leading <= a.y + TOLERANCE;
        if (!apart) found.push(`page ${number + 1}: "${a.text}" over "${b.text}"`);
      }
    }
  });
  return found;
}

function lines(count: number, fields: Partial<InvoiceLine> = {}): InvoiceLine[] {
  return Array.from({ length: count }, (_, index) => ({
    group: null,
    description: `line ${index + 1} of many`,
    detail: null,
    period: null,
    units: '1',
    unitPrice: '$1.00',
    amount: Amount.of(100),
    ...fields,
  }));
}

const withLines = (of: readonly InvoiceLine[]): InvoiceDocument => ({ ...saasInvoice, lines: of, totals: totalsOf(of) });

describe('nothing overlaps and nothing leaves the page', () => {
  it.each(Object.entries({ saasInvoice, longYenInvoice, dinarInvoice, draftInvoice, voidedInvoice }))('%s', (_, document) => {
    expect(collisions(place(document))).toEqual([]);
  });

  it('whatever the names, numbers and notes', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom('W', 'i', ' ', '-', 'Ł', 'я', '7', '.'), maxLength: 400 }),
      fc.constantFrom('', '\n\n', 'X'.repeat(500), 'word '.repeat(120)),
    );
    const line = fc.record({
      group: fc.option(text),
      description: text,
      detail: fc.option(text),
      period: fc.constant(saasInvoice.billingPeriod),
      units: fc.constantFrom(null, '0', `${'9'.repeat(38)}.5`),
      unitPrice: fc.option(text),
      amount: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }).map((minor) => Amount.of(minor)),
    });
    const document = fc.record({ of: fc.array(line, { maxLength: 5 }), name: text, note: text, footer: fc.option(text) });
    fc.assert(
      fc.property(document, ({ of, name, note, footer }) => {
        const document: InvoiceDocument = {
          ...withLines(of),
          number: name.slice(0, 60),
          purchaseOrderNumber: name,
          seller: { ...saasInvoice.seller, name, legalName: note, addressLines: [name, note], footer },
          buyer: { ...saasInvoice.buyer, name, legalName: name, email: note },
          notes: note,
        };
        expect(collisions(place(document))).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});

describe('long tables', () => {
  it('repeats the head of the table on every page and prints all 200 lines in order', () => {
    const placed = place(withLines(lines(200)));
    expect(placed.pages.length).toBeGreaterThan(5);
    for (const page of placed.pages) expect(words(page).filter((text) => text === 'Unit price')).toHaveLength(1);
    const printed = allWords(placed).filter((text) => text.startsWith('line '));
    expect(printed).toEqual(lines(200).map((line) => line.description));
    expect(collisions(placed)).toEqual([]);
  });

  it('numbers the pages', () => {
    const { pages } = place(longYenInvoice);
    pages.forEach((page, index) => {
      expect(words(page)).toContain(`Page ${index + 1} of ${pages.length}`);
    });
    expect(words(place(saasInvoice).pages[0])).toContain('Page 1 of 1');
  });

  it('reads the head out once only: the repeated ones are decoration', () => {
    const heads = place(withLines(lines(200))).pages.flatMap((page) => textsOf(page).filter((item) => item.text === 'Unit price'));
    expect(heads.map((head) => head.node?.role ?? null)).toEqual(['TH', ...heads.slice(1).map(() => null)]);
  });

  it('never leaves the sums without a line, nor a heading without its first line', () => {
    // Every length between two pages is tried, so that the break falls everywhere.
    for (let count = 5; count < 45; count++) {
      const of = lines(count).map((line, index) => ({ ...line, group: `Group ${Math.floor(index / 3)}` }));
      for (const page of place(withLines(of)).pages) {
        const texts = words(page);
        const last = texts.findLast((text) => /^(line|Group) /.test(text));
        // A page of remarks alone has neither lines nor sums.
        if (last === undefined) expect(texts, `${count} lines`).not.toContain('Subtotal');
        else expect(last, `${count} lines`).toMatch(/^line /);
      }
    }
  });

  it('cuts a row that is taller than a page and loses none of it', () => {
    const sentence = Array.from({ length: 4000 }, (_, index) => `w${index}`).join(' ');
    const placed = place(withLines(lines(1, { description: sentence })));
    expect(placed.pages.length).toBeGreaterThan(2);
    const printed = allWords(placed).flatMap((text) => text.split(' ')).filter((word) => /^w\d+$/.test(word));
    expect(printed.join(' ')).toBe(sentence);
    expect(collisions(placed)).toEqual([]);
  });
});

describe('columns', () => {
  it('ends every amount and every sum at the right margin', () => {
    const rightEdges = textsOf(place(saasInvoice).pages[0])
      .filter((item) => /^-?\$[\d,]+\.\d\d$/.test(item.text) && item.style.size < 20 && item.x > 450)
      .map((item) => Math.round(item.x + item.width));
    // Six lines and eight sums.
    expect(rightEdges).toEqual(Array(14).fill(Math.round(paper.width - paper.margin)));
  });

  it('keeps an amount of fifteen digits on one line', () => {
    const amounts = allWords(place(dinarInvoice)).filter((text) => text === '123.456.789.057,720 KWD');
    // Above, as subtotal, as the base of the tax (on a line of its own), as total and as what is due.
    expect(amounts).toHaveLength(5);
  });
});

describe('remarks and small print', () => {
  it('puts short remarks beside the sums and long ones below', () => {
    const y = (document: InvoiceDocument, text: string): number => {
      const item = place(document).pages.flatMap(textsOf).find((each) => each.text === text);
      return item?.y ?? Number.NaN;
    };
    expect(y(saasInvoice, 'Notes')).toBeLessThan(y(saasInvoice, 'Total'));
    const few = withLines(lines(1));
    const long = { ...few, notes: 'A sentence of some length. '.repeat(20) };
    expect(y(long, 'Notes')).toBeGreaterThan(y(long, 'Amount due'));
  });

  it('prints the small print on every page, or at the end alone when it is long', () => {
    const count = (footer: string): number => {
      const document = { ...longYenInvoice, seller: { ...longYenInvoice.seller, footer } };
      return allWords(place(document)).filter((text) => text === 'registered').length;
    };
    expect(count('registered\nhere')).toBe(place(longYenInvoice).pages.length);
    expect(count(`registered${'\nhere'.repeat(10)}`)).toBe(1);
  });

  it('marks every page of a draft', () => {
    expect(place(draftInvoice).pages.every((page) => page.watermark === 'Projekt')).toBe(true);
    expect(place(saasInvoice).pages[0]?.watermark).toBeNull();
  });
});

describe('structure', () => {
  const count = (node: StructureNode, role: StructureNode['role']): number =>
    node.children.reduce((sum, child) => sum + count(child, role), node.role === role ? 1 : 0);

  it('has one title, a table of lines and a table of sums, with four cells in each row of lines', () => {
    const { structure } = place(saasInvoice);
    expect(count(structure, 'H1')).toBe(1);
    const [table, sums] = structure.children.filter((node) => node.role === 'Table');
    // A head, six lines, two headings of groups.
    expect(table?.children.map((row) => row.children.length)).toEqual(Array(9).fill(4));
    expect(sums?.children.map((row) => row.children.length)).toEqual(Array(8).fill(2));
  });
});

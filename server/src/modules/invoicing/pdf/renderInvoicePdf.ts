import type { InvoiceDocument } from './document.ts';
import { type InvoiceLayout, layOutInvoice } from './layout.ts';
import { type CreditNoteDocument, layOutCreditNote } from './layoutCreditNote.ts';
import { placeInvoice } from './placeInvoice.ts';

/**
 * The invoice as a PDF: archival (PDF/A-3b), tagged for readers that do not see, in the language of the document. The same document
 * always gives the same bytes. Throws InvoiceDoesNotAddUp when the lines do not give the sums, and RangeError for an unknown zone
 * or for units and rates that are no decimals.
 */
export async function renderInvoicePdf(document: InvoiceDocument): Promise<Buffer> {
  return render(layOutInvoice(document));
}

/** A credit note in the same manner. */
export async function renderCreditNotePdf(document: CreditNoteDocument): Promise<Buffer> {
  return render(layOutCreditNote(document));
}

async function render(layout: InvoiceLayout): Promise<Buffer> {
  // The library that writes PDFs is loaded by the first who wants one, not by every start.
  const { drawInvoice, measureWith, openPdf } = await import('./draw.ts');
  const pdf = openPdf(layout);
  return drawInvoice(pdf, placeInvoice(layout, measureWith(pdf)));
}

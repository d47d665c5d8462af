import type { InvoiceDocument } from './document.ts';
import { drawInvoice, measureWith, openPdf } from './draw.ts';
import { layOutInvoice } from './layout.ts';
import { placeInvoice } from './placeInvoice.ts';

/**
 * The invoice as a PDF: archival (PDF/A-3b), tagged for readers that do not see, in the language of the document. The same document
 * always gives the same bytes. Throws InvoiceDoesNotAddUp when the lines do not give the sums, and RangeError for an unknown zone
 * or for units and rates that are no decimals.
 */
export async function renderInvoicePdf(document: InvoiceDocument): Promise<Buffer> {
  const layout = layOutInvoice(document);
  const pdf = openPdf(layout);
  return drawInvoice(pdf, placeInvoice(layout, measureWith(pdf)));
}

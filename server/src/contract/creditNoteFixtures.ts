import type { Fixture } from './fixtures.ts';
import type { World } from './world.ts';

/** An invoice of a customer that has an address, and a part of its first fee. */
async function creditable({ newInvoice, must }: World) {
  const invoice = await newInvoice('finalized');
  await must('PUT', `/v1/customers/${invoice.customer_id}`, { email: 'a@example.com' });
  return { invoice, items: [{ fee_id: invoice.fees[0].id, amount_cents: 10 }] };
}

/** A draft of a credit note; of a paid invoice where it is to pay money back. */
async function draftNote(world: World, type: 'credit' | 'refund' = 'credit') {
  const { invoice, items } = await creditable(world);
  if (type === 'refund') await world.must('POST', `/v1/invoices/${invoice.id}/pay`);
  return world.must('POST', '/v1/credit_notes', { invoice_id: invoice.id, credit_note_type: type, reason: 'other', items });
}

async function finalizedNote(world: World, type: 'credit' | 'refund' = 'credit') {
  const { id } = await draftNote(world, type);
  return world.must('POST', `/v1/credit_notes/${id}/finalize`);
}

export const creditNoteFixtures: Record<string, Fixture> = {
  listCreditNotes: ({ made }) => ({ query: { customer_id: made.creditNote.customer_id, invoice_id: made.creditNote.invoice_id } }),
  getCreditNote: ({ made }) => ({ params: { credit_note_id: made.creditNote.id } }),
  createCreditNote: async (world) => {
    const { invoice, items } = await creditable(world);
    const { id, customer_id, currency } = invoice;
    return { body: { invoice_id: id, customer_id, currency, credit_note_type: 'offset', reason: 'duplicated_charge', description: 'd', number: world.name(), items } };
  },
  estimateCreditNote: async (world) => {
    const { invoice, items } = await creditable(world);
    return { body: { invoice_id: invoice.id, credit_note_type: 'credit', items } };
  },
  updateCreditNote: async (world) => ({ params: { credit_note_id: (await finalizedNote(world, 'refund')).id }, body: { refund_status: 'succeeded' } }),
  finalizeCreditNote: async (world) => ({ params: { credit_note_id: (await draftNote(world)).id } }),
  voidCreditNote: async (world) => ({ params: { credit_note_id: (await draftNote(world)).id } }),
  downloadCreditNotePdf: async (world) => ({ params: { credit_note_id: (await finalizedNote(world)).id } }),
  sendCreditNoteEmail: async (world) => ({ params: { credit_note_id: (await finalizedNote(world)).id } }),
};

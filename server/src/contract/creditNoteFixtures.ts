import type { Fixture } from './fixtures.ts';
import type { World } from './world.ts';

/** An invoice of a customer that has an address, and a part of its first fee. */
async function creditable({ newInvoice, must }: World) {
  const invoice = await newInvoice('finalized');
  await must('PUT', `/v1/customers/${invoice.customer_id}`, { email: 'a@example.com' });
  return { invoice, items: [{ fee_id: invoice.fees[0].id, amount_cents: 10 }] };
}

/** A draft of a credit note. */
async function draftNote(world: World) {
  const { invoice, items } = await creditable(world);
  return world.must('POST', '/v1/credit_notes', { invoice_id: invoice.id, credit_note_type: 'credit', reason: 'other', items });
}

async function finalizedNote(world: World) {
  const { id } = await draftNote(world);
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
  updateCreditNote: async (world) => {
    const { id, items: [item] } = await draftNote(world);
    return { params: { credit_note_id: id }, body: { reason: 'duplicated_charge', items: [{ fee_id: item.fee_id, amount_cents: 5 }] } };
  },
  finalizeCreditNote: async (world) => ({ params: { credit_note_id: (await draftNote(world)).id } }),
  voidCreditNote: async (world) => ({ params: { credit_note_id: (await draftNote(world)).id } }),
  downloadCreditNotePdf: async (world) => ({ params: { credit_note_id: (await finalizedNote(world)).id } }),
  sendCreditNoteEmail: async (world) => ({ params: { credit_note_id: (await finalizedNote(world)).id } }),
};

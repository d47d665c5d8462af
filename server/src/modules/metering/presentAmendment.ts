import type { z } from 'zod';
import { publicId } from '../../kernel/wire.ts';
import type { AmendmentResponse, AmendmentResult, EventDetails } from './amendments.schemas.ts';
import type { AmendmentRow } from './amendments.sql.ts';
import type { StoredEvent } from './eventStore.ts';
import { presentEvent } from './presentEvent.ts';

export function presentAmendment(row: AmendmentRow): z.output<typeof AmendmentResponse> {
  return { ...row, public_id: publicId('amd', row.id) };
}

export function presentAmended(row: AmendmentRow, event: StoredEvent, replacement: StoredEvent | null): z.output<typeof AmendmentResult> {
  return { ...presentAmendment(row), event: presentEvent(event), replacement: replacement === null ? null : presentEvent(replacement) };
}

/** An event with its neighbours in the trail. */
export function presentDetails(
  event: StoredEvent,
  { amendedBy, amends }: { readonly amendedBy: AmendmentRow | null; readonly amends: AmendmentRow | null },
): z.output<typeof EventDetails> {
  const present = (row: AmendmentRow | null) => (row === null ? null : presentAmendment(row));
  return { ...presentEvent(event), amended_by: present(amendedBy), amends: present(amends) };
}

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { blankId, type EventRange, eventRow, nameRun, placesOf, samples, type Template, templateOf } from './events.ts';

/** Rows in COPY's text format that get ids and transaction ids of their own at each repeat. */
export interface RowTemplate extends Template {
  /** Where each id begins. */
  readonly ids: readonly number[];
}

interface RowPlan {
  readonly tenantId: string;
  readonly run: string;
  readonly range: EventRange;
  /** Rows in a template. */
  readonly size: number;
}

const templateCount = 8;

export function rowTemplates({ tenantId, range, run, size }: RowPlan): RowTemplate[] {
  return Array.from({ length: templateCount }, (_, place) => {
    const text = samples(place + 1, size, range).map((event) => eventRow(event, tenantId, randomBytes(16).toString('hex'))).join('');
    const template = templateOf(text);
    nameRun(template, run);
    return { ...template, ids: placesOf(template.bytes, blankId) };
  });
}

/** Of a UUID's digits after the first eight, where runs of them begin and end: the hyphens, the version and the variant stay. */
const digitRuns = [[9, 13], [15, 18], [20, 23], [24, 36]] as const;
const drawnDigits = 22;

/** Digests as keys are: spread over everything; in their order, which a limit may choose. */
export function drawIds({ bytes, ids }: RowTemplate): void {
  const random = Buffer.from(randomBytes((ids.length * drawnDigits) / 2).toString('hex'), 'latin1');
  ids.forEach((start, place) => {
    const slot = Math.floor(((place + Math.random()) / ids.length) * 0x1_0000_0000);
    bytes.write(slot.toString(16).padStart(8, '0'), start, 'latin1');
    let drawn = place * drawnDigits;
    for (const [from, to] of digitRuns) drawn += random.copy(bytes, start + from, drawn, drawn + to - from);
  });
}

/** A connection in UTC, acting as `role` where one is given. */
export async function connect(adminUrl: string, role: string | null): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: adminUrl, options: `-c timezone=UTC${role === null ? '' : ` -c role=${role}`}` });
  // What breaks while nothing is asked shows when the next thing is.
  client.on('error', () => {});
  await client.connect();
  return client;
}

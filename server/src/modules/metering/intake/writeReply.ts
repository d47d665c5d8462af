import { publicId } from '../../../kernel/wire.ts';
import type { IntakeResult, TakenEvent } from './ingestEvents.ts';

// What JSON writes as it is, between quotes.
const plain = /^[\w\-.:/@+ ]*$/;
const quoted = (text: string | null): string => (text === null ? 'null' : plain.test(text) ? `"${text}"` : JSON.stringify(text));

/** An event as every reply shows it (EventResponse), written by hand: on the way of every event, an encoder of schemas takes longest. */
export function eventJson(event: TakenEvent): string {
  const { id, reason } = event;
  return `{"id":"${id}","public_id":"${publicId('evt', id)}","transaction_id":${quoted(event.transactionId)},"external_customer_id":${quoted(event.externalCustomerId)},"external_subscription_id":${quoted(event.externalSubscriptionId)},"code":${quoted(event.code)},"timestamp":"${event.timestamp.text}","properties":${event.propertiesText},"status":"${reason === null ? 'ingested' : 'unmatched'}","reason":${quoted(reason)},"amended":${event.amended},"created_at":"${event.receivedAt.text}"}`;
}

/** What became of one event (EventResult), without the braces. */
export function resultJson({ transactionId, status, code, path, message }: IntakeResult): string {
  return `"transaction_id":${quoted(transactionId)},"status":"${status}","code":${quoted(code)},"path":${quoted(path)},"message":${quoted(message)}`;
}

/** What became of a batch (EventBatchResponse); `list` is the name of the sender's array, empty where it has none. */
export function batchJson(results: readonly IntakeResult[], list: string): string {
  let [ingested, duplicates] = [0, 0];
  const events: string[] = [];
  for (const { status, event } of results) {
    if (status === 'ingested' || status === 'unmatched') ingested++;
    if (status === 'duplicate') duplicates++;
    if (event !== null) events.push(eventJson(event));
  }
  const each = results.map((result, place) => {
    const { path } = result;
    return `{${resultJson(path === null ? result : { ...result, path: pathInBatch(list, place, path) })}}`;
  });
  return `{"ingested":${ingested},"duplicates":${duplicates},"events":[${events.join(',')}],"results":[${each.join(',')}]}`;
}

/** "events.3.timestamp". */
export function pathInBatch(list: string, place: number, path: string): string {
  return [list, String(place), path].filter((part) => part !== '').join('.');
}

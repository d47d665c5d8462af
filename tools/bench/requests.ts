import { type EventRange, eventJson, nameRun, samples, type Template, templateOf } from './events.ts';

/** As many different requests as a client repeats under new ids. */
const templatesFor = (size: number): number => Math.max(2, Math.min(64, Math.ceil(4000 / size)));

interface RequestPlan {
  readonly port: number;
  readonly key: string;
  /** Events in a request; 1 uses the route of single events. */
  readonly size: number;
  readonly run: string;
  readonly range: EventRange;
}

/** Whole HTTP requests in which only numbers have to be written before they are sent. */
export function requestTemplates({ port, key, size, range, run }: RequestPlan): Template[] {
  const count = templatesFor(size);
  const path = size === 1 ? '/v1/events' : '/v1/events/batch';
  return Array.from({ length: count }, (_, place) => {
    const events = samples(place + 1, size, range).map(eventJson);
    const body = size === 1 ? (events[0] ?? '') : `{"events":[${events.join(',')}]}`;
    const head = [
      `POST ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, `Authorization: Bearer ${key}`,
      'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`, '', '',
    ];
    const template = templateOf(head.join('\r\n') + body);
    nameRun(template, run);
    return template;
  });
}

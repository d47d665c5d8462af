import type { Readable } from 'node:stream';
import { bodyLimits } from '../../../kernel/http/bodies.ts';
import { parseJson } from '../../../kernel/http/json.ts';
import { problemOf } from '../../../kernel/http/problemOf.ts';
import type { Encoded } from '../../../kernel/operation.ts';
import type { Scope } from '../../../kernel/scope.ts';
import { type EventReading, readEvent } from '../readEvent.ts';
import { ingestEvents, type Intake } from './ingestEvents.ts';
import type { TakeBody } from './takeBody.ts';
import { resultJson } from './writeReply.ts';

const mostLineBytes = 262_144;
/** How much is stored at once: so many lines, or so many bytes of them unless it is one. */
const linesAtOnce = 500;
const bytesAtOnce = 262_144;
/** Written while the next are read; more would only be more to keep in memory. */
const chunksUnderWay = 4;

const utf8 = new TextDecoder('utf-8', { fatal: true });

function refused(code: string, message: string): EventReading {
  return { ok: false, transactionId: null, errors: [{ path: '', code, message }] };
}

function readLine(bytes: Buffer): EventReading {
  if (bytes.length > mostLineBytes) return refused('too_long', `A line may have ${mostLineBytes} bytes.`);
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return refused('invalid_json', 'The line is not valid UTF-8.');
  }
  const parsed = parseJson(text, bodyLimits);
  return parsed.ok ? readEvent(parsed.value) : refused(parsed.code, parsed.message);
}

/** Lines as they come, without their ends; of one that is too long only so much that it is known to be. */
async function* linesOf(body: Readable): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let length = 0;
  const take = () => {
    const line = Buffer.concat(rest);
    [rest, length] = [[], 0];
    return line;
  };
  for await (const chunk of body as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      if (length <= mostLineBytes) rest.push(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    if (length <= mostLineBytes) rest.push(chunk.subarray(start));
    length += chunk.length - start;
  }
  if (length > 0) yield take();
}

/** Some of the lines. */
export interface Lines {
  /** From 1; blank ones count, too, and are not here. */
  readonly numbers: readonly number[];
  /** With an end behind each. */
  readonly bytes: Buffer;
}

const lineEnd = Buffer.from('\n');

async function* chunksOf(body: Readable): AsyncGenerator<Lines> {
  let numbers: number[] = [];
  let lines: Buffer[] = [];
  let [number, bytes] = [0, 0];
  const end = (): Lines => {
    const chunk = { numbers, bytes: Buffer.concat(lines) };
    [numbers, lines, bytes] = [[], [], 0];
    return chunk;
  };
  for await (const line of linesOf(body)) {
    number++;
    if (line.every((byte) => byte === 32 || byte === 13 || byte === 9)) continue;
    const isOneTooMany = numbers.length > 0 && bytes + line.length > bytesAtOnce;
    if (isOneTooMany) yield end();
    numbers.push(number);
    lines.push(line, lineEnd);
    bytes += line.length;
    if (numbers.length === linesAtOnce) yield end();
  }
  if (numbers.length > 0) yield end();
}

/**
 * Takes events line by line, however many there are, and answers a line for each, in order: its number in the body and what became of
 * it. Where events cannot be stored any more, the last line is the problem; what no line answers is to be sent again. What is in memory does not grow.
 */
export async function* takeLines(take: TakeBody, scope: Scope, body: Readable): AsyncGenerator<string> {
  const underWay: Promise<string>[] = [];
  const next = async (): Promise<string> => (await underWay.shift()) ?? '';
  try {
    for await (const chunk of chunksOf(body)) {
      const answer = take(scope, { form: 'lines', ...chunk }).then(({ body: lines }) => (typeof lines === 'string' ? lines : utf8.decode(lines)));
      // It is waited for in its turn.
      answer.catch(() => {});
      underWay.push(answer);
      if (underWay.length >= chunksUnderWay) yield await next();
    }
    while (underWay.length > 0) yield await next();
  } catch (error) {
    const problem = problemOf(error);
    if (problem === null) throw error;
    yield `${JSON.stringify({ problem: problem.toDocument(scope.requestId ?? '') })}\n`;
  } finally {
    // Who sent them may be gone; they are in memory all the same until they are stored.
    await Promise.allSettled(underWay);
  }
}

/** Takes some of the lines, and answers a line for each. */
export async function answerLines(intake: Intake, scope: Scope, { numbers, bytes }: Lines): Promise<Encoded> {
  const readings: EventReading[] = [];
  for (let start = 0, end = bytes.indexOf(lineEnd); end >= 0; start = end + 1, end = bytes.indexOf(lineEnd, start)) readings.push(readLine(bytes.subarray(start, end)));
  const results = await ingestEvents(intake, scope, readings);
  return { status: 201, body: results.map((result, place) => `{"line":${numbers[place]},${resultJson(result)}}\n`).join('') };
}

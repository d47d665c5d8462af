import { isKeptByDouble } from './jsonNumber.ts';

export interface JsonLimits {
  /** Arrays and objects inside one another; 64 where nothing is said. */
  readonly maxDepth?: number;
  /** Members of objects and elements of arrays, counted together over the whole text. */
  readonly maxKeys: number;
  /** Length of the text in UTF-16 code units. */
  readonly maxLength: number;
}

type JsonPath = readonly (string | number)[];

/** A number literal that a double would change: the container it stands in, its place there, its digits. */
export interface InexactNumber {
  readonly container: JsonPath;
  readonly key: string | number;
  readonly source: string;
}

export type JsonRefusalCode =
  | 'too_long'
  | 'too_deep'
  | 'too_many_members'
  | 'key_too_long'
  | 'duplicate_key'
  | 'forbidden_key'
  | 'nul_character'
  | 'lone_surrogate'
  | 'invalid_json';

export interface JsonRefusal {
  readonly code: JsonRefusalCode;
  readonly message: string;
  readonly path: JsonPath;
}

interface Frame {
  readonly isArray: boolean;
  readonly keys: string[];
  keySet: Set<string> | null;
  at: string | number;
  expectsKey: boolean;
  path: JsonPath | null;
}

interface Scan {
  readonly text: string;
  readonly maxDepth: number;
  readonly maxKeys: number;
  readonly stack: Frame[];
  readonly inexact: InexactNumber[];
  members: number;
  escaped: boolean;
  refusal: JsonRefusal | null;
}

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const LETTER_F = 0x66;
const LETTER_N = 0x6e;
const LETTER_T = 0x74;
const LETTER_U = 0x75;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const STOP = -1;
const DEFAULT_DEPTH = 64;
const EXACT_DIGITS = 15;
// Few keys are compared one by one, which is cheaper than a set; the bound keeps the work linear.
const KEYS_COMPARED = 8;
// Engines hash very long strings by their length alone; a bound on keys keeps a set of hostile ones from degrading.
const MAX_KEY_LENGTH = 1024;
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const FORBIDDEN_LENGTHS = [...FORBIDDEN_KEYS].map(({ length }) => length);

const frame = (isArray: boolean): Frame => ({
  isArray,
  keys: [],
  keySet: null,
  at: isArray ? -1 : '',
  expectsKey: !isArray,
  path: null,
});

/** Where the scan stands, for a refusal; the first frame stands for the document and is left out. */
function currentPath(scan: Scan): JsonPath {
  const path = scan.stack.slice(1).map((each) => each.at);
  // Between two members an object has no current key: the place is the object itself.
  if (scan.stack.at(-1)?.expectsKey === true) path.pop();
  return path;
}

function refuse(scan: Scan, code: JsonRefusalCode, message: string): typeof STOP {
  scan.refusal ??= { code, message, path: currentPath(scan) };
  return STOP;
}

const malformed = (scan: Scan): typeof STOP => refuse(scan, 'invalid_json', 'The text is not valid JSON.');

const loneSurrogate = (scan: Scan): typeof STOP =>
  refuse(scan, 'lone_surrogate', 'A text holds half of a surrogate pair, which is no character.');

const nulCharacter = (scan: Scan): typeof STOP =>
  refuse(scan, 'nul_character', 'A text holds the character U+0000, which cannot be stored.');

/** The code unit written as four hexadecimal digits at `at`, or -1. */
function readHex(text: string, at: number): number {
  let unit = 0;
  for (let i = at; i < at + 4; i += 1) {
    const c = text.charCodeAt(i);
    const letter = c | 0x20;
    let digit: number;
    if (c >= ZERO && c <= NINE) digit = c - ZERO;
    else if (letter >= 0x61 && letter <= LETTER_F) digit = letter - 0x57;
    else return STOP;
    unit = unit * 16 + digit;
  }
  return unit;
}

/** Index after the escape sequence whose backslash is at `at`. A pair must be written as two escapes, high half first. */
function readEscape(scan: Scan, at: number): number {
  const { text } = scan;
  scan.escaped = true;
  if (text.charCodeAt(at + 1) !== LETTER_U) return at + 2;
  const unit = readHex(text, at + 2);
  if (unit === STOP) return malformed(scan);
  if (unit === 0) return nulCharacter(scan);
  if ((unit & 0xf800) !== 0xd800) return at + 6;
  const paired = unit < 0xdc00 && text.charCodeAt(at + 6) === BACKSLASH && text.charCodeAt(at + 7) === LETTER_U;
  const low = paired ? readHex(text, at + 8) : STOP;
  return (low & 0xfc00) === 0xdc00 ? at + 12 : loneSurrogate(scan);
}

/** Index after the closing quote of the string that opens at `at`; sets `scan.escaped` when it has escapes. */
function readString(scan: Scan, at: number): number {
  const { text } = scan;
  const { length } = text;
  scan.escaped = false;
  let i = at + 1;
  while (i < length) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) return i + 1;
    if (c === BACKSLASH) {
      i = readEscape(scan, i);
      if (i === STOP) return STOP;
    } else if ((c & 0xf800) === 0xd800) {
      if (c >= 0xdc00 || (text.charCodeAt(i + 1) & 0xfc00) !== 0xdc00) return loneSurrogate(scan);
      i += 2;
    } else if (c === 0) {
      return nulCharacter(scan);
    } else {
      i += 1;
    }
  }
  return malformed(scan);
}

/** The text of a string literal with escapes, or null when an escape is none of JSON's. */
function decodeString(literal: string): string | null {
  try {
    return String(JSON.parse(literal));
  } catch {
    return null;
  }
}

function countMember(scan: Scan): boolean {
  scan.members += 1;
  if (scan.members <= scan.maxKeys) return true;
  refuse(scan, 'too_many_members', `The text has more than ${scan.maxKeys} members and elements.`);
  return false;
}

/** Marks that a value begins: in an array it is the next element. False after a refusal. */
function beginValue(scan: Scan, top: Frame): boolean {
  if (!top.isArray) return true;
  top.at = Number(top.at) + 1;
  if (scan.stack.length > 1) return countMember(scan);
  if (top.at === 0) return true;
  malformed(scan);
  return false;
}

/** Whether the key is new in its object; remembers it. */
function rememberKey(top: Frame, key: string): boolean {
  if (top.keySet !== null) {
    if (top.keySet.has(key)) return false;
    top.keySet.add(key);
    return true;
  }
  if (top.keys.includes(key)) return false;
  top.keys.push(key);
  if (top.keys.length === KEYS_COMPARED) top.keySet = new Set(top.keys);
  return true;
}

function takeKey(scan: Scan, top: Frame, start: number, end: number): boolean {
  if (end - start - 2 > MAX_KEY_LENGTH) {
    refuse(scan, 'key_too_long', `A key is longer than ${MAX_KEY_LENGTH} characters.`);
    return false;
  }
  const key = scan.escaped ? decodeString(scan.text.slice(start, end)) : scan.text.slice(start + 1, end - 1);
  if (key === null) {
    malformed(scan);
    return false;
  }
  top.at = key;
  top.expectsKey = false;
  // Looking a key up hashes it, which takes longer than anything else that is done with it.
  if (FORBIDDEN_LENGTHS.includes(key.length) && FORBIDDEN_KEYS.has(key)) {
    refuse(scan, 'forbidden_key', 'This key is not allowed.');
    return false;
  }
  if (!rememberKey(top, key)) {
    refuse(scan, 'duplicate_key', 'This key stands twice in one object.');
    return false;
  }
  return countMember(scan);
}

function takeString(scan: Scan, top: Frame, at: number): number {
  if (top.expectsKey) {
    const end = readString(scan, at);
    return end !== STOP && takeKey(scan, top, at, end) ? end : STOP;
  }
  return beginValue(scan, top) ? readString(scan, at) : STOP;
}

/** Index after the number literal at `at`; notes the literal when a double would change it. */
function takeNumber(scan: Scan, top: Frame, at: number): number {
  if (!beginValue(scan, top)) return STOP;
  const { text } = scan;
  let digits = 0;
  let plain = true;
  let i = at;
  for (; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c >= ZERO && c <= NINE) digits += 1;
    else if ((c | 0x20) === 0x65) plain = false;
    else if (c !== 0x2e && c !== MINUS && c !== 0x2b) break;
  }
  if (plain && digits <= EXACT_DIGITS) return i;
  const source = text.slice(at, i);
  if (!isKeptByDouble(source)) {
    top.path ??= scan.stack.slice(0, -1).map((each) => each.at);
    scan.inexact.push({ container: top.path, key: top.at, source });
  }
  return i;
}

function openContainer(scan: Scan, top: Frame, isArray: boolean): boolean {
  if (!beginValue(scan, top)) return false;
  if (scan.stack.length > scan.maxDepth) {
    refuse(scan, 'too_deep', `The text is nested deeper than ${scan.maxDepth} levels.`);
    return false;
  }
  scan.stack.push(frame(isArray));
  return true;
}

/** Takes the token that begins with the character `c` at `at` and answers the index after it. What is no token is left to the parser to refuse. */
function takeToken(scan: Scan, c: number, at: number): number {
  const top = scan.stack[scan.stack.length - 1];
  if (top === undefined) return malformed(scan);
  if (c === QUOTE) return takeString(scan, top, at);
  if ((c >= ZERO && c <= NINE) || c === MINUS) return takeNumber(scan, top, at);
  switch (c) {
    case COMMA:
      top.expectsKey = !top.isArray;
      return at + 1;
    case OPEN_ARRAY:
    case OPEN_OBJECT:
      return openContainer(scan, top, c === OPEN_ARRAY) ? at + 1 : STOP;
    case CLOSE_ARRAY:
    case CLOSE_OBJECT:
      if (scan.stack.length === 1) return malformed(scan);
      scan.stack.pop();
      return at + 1;
    case LETTER_T:
    case LETTER_N:
      return beginValue(scan, top) ? at + 4 : STOP;
    case LETTER_F:
      return beginValue(scan, top) ? at + 5 : STOP;
    default:
      return at + 1;
  }
}

/**
 * Judges a JSON text before it is parsed, in one pass, without recursion, in time linear in its length: nesting, number of
 * members, keys (twice in one object, harmful, overlong), texts that cannot be stored (U+0000, halves of surrogate pairs).
 * Answers the refusal, or the numbers that a double would change. It does not check the grammar: that is the parser's part,
 * and its answer about a text that the parser refuses means nothing.
 */
export function scanJson(text: string, limits: JsonLimits): JsonRefusal | readonly InexactNumber[] {
  const scan: Scan = {
    text,
    maxDepth: limits.maxDepth ?? DEFAULT_DEPTH,
    maxKeys: limits.maxKeys,
    stack: [frame(true)],
    inexact: [],
    members: 0,
    escaped: false,
    refusal: null,
  };
  if (text.length > limits.maxLength) refuse(scan, 'too_long', `The text is longer than ${limits.maxLength} characters.`);
  let at = scan.refusal === null ? 0 : STOP;
  while (at !== STOP && at < text.length) {
    const c = text.charCodeAt(at);
    // Most characters between tokens are blanks and colons, of which the scan need not know.
    if (c <= SPACE || c === COLON) at += 1;
    else at = takeToken(scan, c, at);
  }
  return scan.refusal ?? scan.inexact;
}

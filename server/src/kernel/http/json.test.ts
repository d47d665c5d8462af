import { RawNumber } from '@farthing/core/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson, stringifyJson } from './json.ts';

const limits = { maxKeys: 200_000, maxLength: 20_000_000 };
const read = (text: string) => parseJson(text, limits);
const accepted = (value: unknown) => ({ ok: true, value });
const refused = (code: string, path?: string) =>
  path === undefined
    ? { ok: false, code, message: expect.any(String) }
    : { ok: false, code, message: expect.any(String), path };

const HARMFUL = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether every text in the value can be stored and every key is allowed. */
function isOrdinary(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, member]) => !HARMFUL.has(key) && isOrdinary(key) && isOrdinary(member));
}

/** The same JSON, written otherwise: spaces between tokens, characters as escapes, as the seed says. */
function rewrite(text: string, seed: number): string {
  let state = (seed % 2147483646) + 1;
  const next = () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
  let inString = false;
  let out = '';
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charAt(i);
    if (inString && char === '\\') {
      const length = text.charAt(i + 1) === 'u' ? 6 : 2;
      out += text.slice(i, i + length);
      i += length - 1;
    } else if (char === '"') {
      inString = !inString;
      out += char;
    } else if (inString) {
      // Both halves of a pair get the same treatment: they are escaped by character, not by unit.
      const whole = String.fromCodePoint(text.codePointAt(i) ?? 0);
      const units = Array.from({ length: whole.length }, (_, k) => `\\u${whole.charCodeAt(k).toString(16).padStart(4, '0')}`);
      out += next() < 0.3 ? units.join('') : whole;
      i += whole.length - 1;
    } else {
      out += '{}[],:'.includes(char) && next() < 0.3 ? ` \n${char}\t` : char;
    }
  }
  return out;
}

const anyJson = fc.jsonValue({ stringUnit: 'binary', maxDepth: 6 });

describe('parseJson on ordinary texts', () => {
  it.each(['null', ' true ', 'false', '0', '-1.50', '1e3', '""', '"\\u00e9\\n\\/\\ud83d\\ude00"', '[]', '{}', '[[],{},[{}]]',
    '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}', '{"":0}', '{"toString":1,"hasOwnProperty":2,"0":3}', '"constructor"', '\t\r\n[1 , 2]\n'])(
    'reads %s as JSON.parse does',
    (text) => {
      expect(read(text)).toEqual(accepted(JSON.parse(text)));
    },
  );

  it('gives what JSON.parse gives, for any value and any way of writing it', () => {
    fc.assert(
      fc.property(anyJson.filter(isOrdinary), fc.nat(), (value, seed) => {
        const text = rewrite(JSON.stringify(value), seed);
        expect(read(text)).toStrictEqual(accepted(JSON.parse(text)));
      }),
      { numRuns: 1000 },
    );
  });

  it('never accepts what JSON.parse refuses, and never throws', () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'{}[]",:\\u0 1-e.tn\u0001')), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(anyJson.map((value) => JSON.stringify(value)), edits, (text, changes) => {
        const broken = changes.reduce((to, [at, char]) => {
          const place = at % (to.length + 1);
          return to.slice(0, place) + char + to.slice(place + (at % 2));
        }, text);
        const reading = read(broken);
        let native: unknown;
        try {
          native = JSON.parse(broken);
        } catch {
          expect(reading.ok).toBe(false);
          return;
        }
        // What is valid is either read alike (numbers apart, which may come exact) or refused for a reason of its own.
        if (reading.ok) expect(JSON.parse(JSON.stringify(reading.value, roundRaw))).toEqual(JSON.parse(JSON.stringify(native)));
        else expect(reading.code).not.toBe('invalid_json');
      }),
      { numRuns: 2000 },
    );
  });
});

const roundRaw = (_key: string, value: unknown) => (value instanceof RawNumber ? Number(value.source) : value);

describe('parseJson on numbers', () => {
  it.each(['9007199254740993', '0.1234567890123456789', '1e400', '-1e400', '1e-400', `1${'0'.repeat(38)}1`, '12345678901234567890.5', '1E309'])(
    'keeps the digits of %s',
    (literal) => {
      const raw = new RawNumber(literal);
      expect(read(literal)).toEqual(accepted(raw));
      expect(read(`[1,{"a":[${literal},2]}, ${literal}]`)).toEqual(accepted([1, { a: [raw, 2] }, raw]));
      expect(stringifyJson({ a: [raw] })).toBe(`{"a":[${literal}]}`);
    },
  );

  it('puts every digit back where it stood', () => {
    const leaf = fc.constantFrom('1', '1e400', '0.12345678901234567', '"x"', '9007199254740993', 'null');
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        leaf,
        fc.array(tie('tree'), { maxLength: 4 }).map((each) => `[${each.join(',')}]`),
        fc.array(tie('tree'), { maxLength: 4 }).map((each) => `{${each.map((text, i) => `"k${i}":${text}`).join(',')}}`),
      ),
    }));
    fc.assert(
      fc.property(tree, (text) => {
        const reading = read(text);
        expect(reading.ok && stringifyJson(reading.value)).toBe(text);
      }),
    );
  });

  it('keeps numbers that a double holds as numbers', () => {
    // 10^38 is written 1e+38 by a double: the same value, though not the same bits.
    expect(read(`[1${'0'.repeat(38)},0.1,1.10,-0,1e15]`)).toEqual(accepted([1e38, 0.1, 1.1, -0, 1e15]));
  });

  it.each(['NaN', 'Infinity', '-Infinity', '01', '+1', '.5', '1.', '0x10', '1e', '--1', '1n', '1_000'])('refuses %s', (text) => {
    expect(read(text)).toEqual(refused('invalid_json'));
    expect(read(`{"a":${text}}`)).toEqual(refused('invalid_json'));
  });
});

describe('parseJson on hostile texts', () => {
  it.each([
    ['{"amount":1,"amount":2}', 'duplicate_key', 'amount'],
    ['{"items":[{"a":0},{"a":1,"\\u0061":2}]}', 'duplicate_key', 'items.1.a'],
    ['{"a":1,"b":{"a":1},"c":[{"a":1}],"a":1}', 'duplicate_key', 'a'],
    [`{${Array.from({ length: 20 }, (_, i) => `"k${i}":0`).join(',')},"k3":0}`, 'duplicate_key', 'k3'],
    ['{"__proto__":{"admin":true}}', 'forbidden_key', '__proto__'],
    ['[0,{"x":{"\\u005f_proto__":1}}]', 'forbidden_key', '1.x.__proto__'],
    ['{"a":{"constructor":{"prototype":1}}}', 'forbidden_key', 'a.constructor'],
    ['{"prototype":null}', 'forbidden_key', 'prototype'],
    ['{"a":["x","a\\u0000b"]}', 'nul_character', 'a.1'],
    ['{"a":"\0"}', 'nul_character', 'a'],
    ['{"a":1,"b\\u0000":2}', 'nul_character', undefined],
    ['{"a":{"b":1,"c\\ud800":2}}', 'lone_surrogate', 'a'],
    ['["\\ud800"]', 'lone_surrogate', '0'],
    ['["\\udc00"]', 'lone_surrogate', '0'],
    ['["\\ud83d\\ud83d\\ude00"]', 'lone_surrogate', '0'],
    ['["\\ud83d\\ud83d"]', 'lone_surrogate', '0'],
    ['["\\ude00\\ud83d"]', 'lone_surrogate', '0'],
    ['["\\ud83dx\\ude00"]', 'lone_surrogate', '0'],
    ['["\\\\ud800", "\\ud800\\n"]', 'lone_surrogate', '1'],
    ['["\ud800"]', 'lone_surrogate', '0'],
    ['["\udc00\ud800"]', 'lone_surrogate', '0'],
    [`{"a":{"${'k'.repeat(1025)}":1}}`, 'key_too_long', 'a'],
  ])('refuses %s', (text, code, path) => {
    expect(read(text)).toEqual(refused(code, path));
  });

  it('allows sixty-four levels and refuses one more, whatever the depth', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(read(nested(64)).ok).toBe(true);
    expect(read(nested(65))).toMatchObject({ ok: false, code: 'too_deep' });
    expect(read(nested(10_000))).toMatchObject({ ok: false, code: 'too_deep' });
    expect(read('{"a":'.repeat(10_000))).toMatchObject({ ok: false, code: 'too_deep' });
    expect(parseJson('[[1]]', { ...limits, maxDepth: 1 })).toEqual(refused('too_deep', '0'));
  });

  it('counts members and elements together', () => {
    const four = '{"a":1,"b":[1,{}]}';
    expect(parseJson(four, { ...limits, maxKeys: 4 }).ok).toBe(true);
    expect(parseJson(four, { ...limits, maxKeys: 3 })).toEqual(refused('too_many_members', 'b.1'));
    const million = `{${Array.from({ length: 1_000_000 }, (_, i) => `"k${i}":0`).join(',')}}`;
    expect(read(million)).toEqual(refused('too_many_members', 'k200000'));
  });

  it('measures the text before it looks at it', () => {
    expect(parseJson('[12]', { ...limits, maxLength: 4 }).ok).toBe(true);
    expect(parseJson('[123]', { ...limits, maxLength: 4 })).toEqual(refused('too_long'));
  });

  it('leaves the prototypes alone', () => {
    read('{"__proto__":{"polluted":true}}');
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted');
  });

  it('says where the grammar ends and repeats nothing of a secret', () => {
    expect(read('{"a":1,}')).toEqual({ ok: false, code: 'invalid_json', message: 'The text is not valid JSON (line 1 column 8).' });
    const reading = read('{"card":"4242424242424242" oops}');
    expect(reading).toMatchObject({ ok: false, code: 'invalid_json' });
    expect(JSON.stringify(reading)).not.toContain('4242');
    expect(read('')).toEqual(refused('invalid_json'));
    expect(read('\ufeff{}')).toEqual(refused('invalid_json'));
    expect(read('[1]]')).toEqual(refused('invalid_json'));
  });
});

describe('parseJson on a megabyte', () => {
  const fill = (piece: string) => `[${Array(Math.floor(1e6 / (piece.length + 1))).fill(piece).join(',')}]`;
  const texts: readonly (readonly [string, string])[] = [
    ['numbers beyond a double', fill('1e400')],
    ['numbers at the edge of a double', fill('1.2345678901234567')],
    ['empty objects', fill('{}')],
    ['one number', '7'.repeat(1e6)],
    ['numbers of a million digits', fill('7'.repeat(1e5))],
    ['one text of escapes', `"${'\\u0041'.repeat(1.6e5)}"`],
    ['one text beyond Latin', `"${'日'.repeat(1e6)}"`],
    ['long keys', `{${Array.from({ length: 990 }, (_, i) => `"${String(i).padStart(1000, 'k')}":1`).join(',')}}`],
    ['opening brackets', '['.repeat(1e6)],
    ['quotes', '"'.repeat(1e6)],
    ['backslashes', `"${'\\'.repeat(1e6)}`],
    ['blanks', `${' '.repeat(1e6)}1`],
  ];

  // Work that grew faster than the text would not end within the time a test is given.
  it.each(texts)('judges %s in time that grows with the text alone', (_name, built) => {
    // A text that came over the wire is one piece, unlike one put together here.
    const text = Buffer.from(built).toString();
    expect(typeof read(text).ok).toBe('boolean');
  });
});

describe('stringifyJson', () => {
  it('writes what it read', () => {
    fc.assert(
      fc.property(anyJson.filter(isOrdinary), (value) => {
        const text = stringifyJson(value);
        expect(text).toBe(JSON.stringify(value));
        const reading = read(text);
        expect(reading.ok && stringifyJson(reading.value)).toBe(text);
      }),
    );
  });

  it('refuses what JSON cannot express', () => {
    expect(() => stringifyJson(undefined)).toThrow(TypeError);
    expect(() => stringifyJson({ a: 1n })).toThrow(TypeError);
    expect(() => stringifyJson(new RawNumber('1,2'))).toThrow(SyntaxError);
  });
});

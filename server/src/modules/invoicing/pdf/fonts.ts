import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** IBM Plex Sans (SIL Open Font License): Latin, Greek and Cyrillic, figures all of one width, 220 kB a cut before subsetting. */
const files = {
  regular: require.resolve('@expo-google-fonts/ibm-plex-sans/400Regular/IBMPlexSans_400Regular.ttf'),
  semibold: require.resolve('@expo-google-fonts/ibm-plex-sans/600SemiBold/IBMPlexSans_600SemiBold.ttf'),
};

export type FontName = keyof typeof files;

const loaded = new Map<FontName, Buffer>();

/** The bytes of a font file, read once per process. */
export function fontBytes(name: FontName): Buffer {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const bytes = readFileSync(files[name]);
  loaded.set(name, bytes);
  return bytes;
}

let coverage: ReadonlySet<number> | undefined;

/** Whether the fonts have a glyph for a code point. Both cuts cover the same characters. */
export function hasGlyph(codePoint: number): boolean {
  coverage ??= coveredBy(fontBytes('regular'));
  return coverage.has(codePoint);
}

/**
 * The characters of a TrueType font, read from format 4 of its `cmap` table, which every font for the basic plane carries:
 * four parallel arrays (last code, first code, delta, offset into the glyph list) describe runs of characters.
 */
export function coveredBy(font: Buffer): ReadonlySet<number> {
  const at = cmapFormat4(font);
  const runs = font.readUInt16BE(at + 6) / 2;
  const ends = at + 14;
  const starts = ends + runs * 2 + 2;
  const deltas = starts + runs * 2;
  const offsets = deltas + runs * 2;
  const covered = new Set<number>();
  for (let run = 0; run < runs; run++) {
    const start = font.readUInt16BE(starts + run * 2);
    const end = font.readUInt16BE(ends + run * 2);
    const offset = font.readUInt16BE(offsets + run * 2);
    for (let code = start; code <= end; code++) {
      const glyph = offset === 0 ? code : font.readUInt16BE(offsets + run * 2 + offset + (code - start) * 2);
      if (glyph !== 0 && ((glyph + font.readUInt16BE(deltas + run * 2)) & 0xffff) !== 0) covered.add(code);
    }
  }
  return covered;
}

function cmapFormat4(font: Buffer): number {
  const tables = font.readUInt16BE(4);
  for (let i = 0; i < tables; i++) {
    const entry = 12 + i * 16;
    if (font.toString('latin1', entry, entry + 4) !== 'cmap') continue;
    const cmap = font.readUInt32BE(entry + 8);
    for (let j = 0; j < font.readUInt16BE(cmap + 2); j++) {
      const subtable = cmap + font.readUInt32BE(cmap + 4 + j * 8 + 4);
      if (font.readUInt16BE(subtable) === 4) return subtable;
    }
  }
  throw new Error('the font has no character map of format 4');
}

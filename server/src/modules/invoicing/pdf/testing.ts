import { inflateSync } from 'node:zlib';

/** The objects of a PDF by number, with their streams unpacked. */
export function objectsOf(pdf: Buffer): Map<string, { head: string; stream: string }> {
  const raw = pdf.toString('latin1');
  const objects = new Map<string, { head: string; stream: string }>();
  for (const [, id, body] of raw.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const [head = '', stream] = (body ?? '').split(/\nstream\n/);
    const bytes = Buffer.from((stream ?? '').replace(/\nendstream$/, ''), 'latin1');
    const packed = head.includes('/FlateDecode');
    objects.set(id ?? '', { head, stream: (packed ? inflateSync(bytes) : bytes).toString('latin1') });
  }
  return objects;
}

/** What a reader would copy from the document: every text run through the font's own map from glyphs to characters. */
export function textOf(pdf: Buffer): string[] {
  const objects = objectsOf(pdf);
  const mapOf = (font: string): string[] => {
    const head = objects.get(font)?.head ?? '';
    const cmap = objects.get(/\/ToUnicode (\d+) 0 R/.exec(head)?.[1] ?? '')?.stream ?? '';
    const ranges = [...cmap.matchAll(/^<\w+> <\w+> \[(.*)\]$/gm)].map((match) => match[1] ?? '');
    return [...ranges.join(' ').matchAll(/<([^>]*)>/g)].map(([, codes = '']) =>
      String.fromCharCode(...codes.split(' ').map((code) => Number.parseInt(code, 16))),
    );
  };
  const lines: string[] = [];
  for (const { head } of objects.values()) {
    if (!/\/Type \/Page\n/.test(head)) continue;
    const resources = objects.get(/\/Resources (\d+) 0 R/.exec(head)?.[1] ?? '')?.head ?? '';
    const fonts = new Map([...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, id]) => [name, mapOf(id ?? '')]));
    const content = objects.get(/\/Contents (\d+) 0 R/.exec(head)?.[1] ?? '')?.stream ?? '';
    for (const [, text = ''] of content.matchAll(/BT\n([\s\S]*?)\nET/g)) {
      const map = fonts.get(/\/(F\d+) /.exec(text)?.[1]) ?? [];
      const hex = [...text.matchAll(/<([0-9a-f]+)>/g)].map(([, glyphs]) => glyphs).join('');
      lines.push((hex.match(/.{4}/g) ?? []).map((glyph) => map[Number.parseInt(glyph, 16)] ?? '').join(''));
    }
  }
  return lines;
}

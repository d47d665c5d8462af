/** Width of a piece of text in points. */
export type MeasureText = (text: string) => number;

let segmenter: Intl.Segmenter | null = null;

/** What a reader takes for one character. Made by the first word that needs it: it takes 30 ms, and every start would wait for them. */
function graphemesOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

// Widths are sums of fractions; a line that fits exactly must not wrap for the last bit of a double.
const TOLERANCE = 0.01;
const SLACK = 1;

/**
 * Breaks text into lines no wider than `width`. Paragraphs part at line feeds, lines at spaces; a word wider than a line breaks after
 * punctuation if it has any, else between characters. Nothing is dropped but the spaces at which a line ends. No-break spaces hold.
 */
export function wrapText(text: string, width: number, measure: MeasureText): string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, width, measure));
}

function wrapParagraph(paragraph: string, width: number, measure: MeasureText): string[] {
  const fits = (line: string): boolean => measure(line) <= width + TOLERANCE;
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ').filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    if (fits(word)) {
      line = word;
      continue;
    }
    const pieces = breakWord(word, width, measure);
    line = pieces.pop() ?? '';
    lines.push(...pieces);
  }
  lines.push(line);
  return lines;
}

function breakWord(word: string, width: number, measure: MeasureText): string[] {
  const parts = word.split(/(?<=[-/_.,:;@&?=])/).flatMap((part) =>
    measure(part) <= width - SLACK ? [part] : graphemesOf(part),
  );
  const lines: string[] = [];
  let line = '';
  // Adding up the widths of the parts keeps this linear in the length of the word. Kerning can widen the whole by fractions of a
  // point, hence the slack.
  let used = 0;
  for (const part of parts) {
    const size = measure(part);
    if (line !== '' && used + size > width - SLACK) {
      lines.push(line);
      line = '';
      used = 0;
    }
    line += part;
    used += size;
  }
  lines.push(line);
  return lines;
}

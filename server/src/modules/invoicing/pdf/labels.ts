import { de } from './labels/de.ts';
import { en, type Labels } from './labels/en.ts';
import { es } from './labels/es.ts';
import { fr } from './labels/fr.ts';
import { it } from './labels/it.ts';
import { nl } from './labels/nl.ts';
import { pl } from './labels/pl.ts';
import { pt } from './labels/pt.ts';

export const catalogues: Readonly<Record<string, Labels>> = { en, de, fr, es, it, nl, pt, pl };

export interface DocumentLanguage {
  /** BCP 47 tag for Intl: language, script and region only, so that nobody's extension changes calendar or digits. */
  readonly locale: string;
  readonly labels: Labels;
}

/**
 * The labels and the Intl locale of a document. `de-AT` has German labels with Austrian dates; `pt_BR` is read as `pt-BR`; a language
 * without labels, and what is no locale at all, gives English throughout: half a document in one language helps nobody.
 */
export function languageOf(tag: string): DocumentLanguage {
  const parsed = parseLocale(tag.replaceAll('_', '-'));
  const labels = parsed && Object.hasOwn(catalogues, parsed.language) ? catalogues[parsed.language] : undefined;
  if (parsed === undefined || labels === undefined) return { locale: 'en', labels: en };
  return { locale: parsed.baseName, labels };
}

/** Puts values into the braces of a label. Throws RangeError when the label asks for a value that is not given. */
export function fill(label: string, values: Readonly<Record<string, string>>): string {
  return label.replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined) throw new RangeError(`no value for {${key}} in the label "${label}"`);
    return value;
  });
}

function parseLocale(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag);
  } catch {
    return undefined;
  }
}

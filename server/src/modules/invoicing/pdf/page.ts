import type { FontName } from './fonts.ts';

/** A4 in points. */
export const paper = { width: 595.28, height: 841.89, margin: 50 } as const;
export const contentWidth = paper.width - 2 * paper.margin;

export interface TextStyle {
  readonly font: FontName;
  readonly size: number;
  /** Height of a line. */
  readonly leading: number;
  readonly color: string;
}

export const ink = {
  text: '#111827',
  quiet: '#5b6472',
  rule: '#d9dde3',
  strongRule: '#111827',
  watermark: '#f0f1f4',
  good: '#166534',
  goodFill: '#dcfce7',
  bad: '#991b1b',
  badFill: '#fee2e2',
} as const;

export const styles = {
  title: { font: 'semibold', size: 22, leading: 28, color: ink.text },
  sender: { font: 'semibold', size: 12, leading: 16, color: ink.text },
  headline: { font: 'semibold', size: 20, leading: 26, color: ink.text },
  heading: { font: 'semibold', size: 8.5, leading: 13.5, color: ink.quiet },
  strong: { font: 'semibold', size: 9.5, leading: 13.5, color: ink.text },
  body: { font: 'regular', size: 9.5, leading: 13.5, color: ink.text },
  quiet: { font: 'regular', size: 9.5, leading: 13.5, color: ink.quiet },
  small: { font: 'regular', size: 8, leading: 11, color: ink.quiet },
  badge: { font: 'semibold', size: 9, leading: 13, color: ink.text },
} as const satisfies Record<string, TextStyle>;

/** A node of the document's structure, for readers that do not see the page. Text without a node is decoration: it is not read out. */
export interface StructureNode {
  readonly role: 'Document' | 'H1' | 'H2' | 'P' | 'Table' | 'TR' | 'TH' | 'TD';
  readonly scope: 'Column' | 'Row' | null;
  readonly children: StructureNode[];
}

export function addNode(
  parent: StructureNode,
  role: StructureNode['role'],
  scope: StructureNode['scope'] = null,
): StructureNode {
  const node: StructureNode = { role, scope, children: [] };
  parent.children.push(node);
  return node;
}

/** Positions are those of the top left corner, in points from the top left of the page. */
export interface PlacedText {
  readonly kind: 'text';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly text: string;
  readonly style: TextStyle;
  readonly node: StructureNode | null;
}

export interface PlacedBox {
  readonly kind: 'box';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly radius: number;
  readonly color: string;
}

export interface PlacedPage {
  /** Drawn first, across the page. */
  readonly watermark: string | null;
  readonly items: readonly (PlacedText | PlacedBox)[];
}

export interface PlacedInvoice {
  readonly pages: readonly PlacedPage[];
  readonly structure: StructureNode;
}

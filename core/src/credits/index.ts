export { type ComposedNote, composeNote, type CreditableInvoice, type NoteItem } from './composeNote.ts';
export { amountLeft, type CreditableFee, type CreditedPart, partOfAmount, partOfPrice, priceLeft } from './creditable.ts';
export { type NoteSplit, type NoteType, splitNote, type Standing } from './splitNote.ts';
export { takeCredits } from './takeCredits.ts';
export { voidNote } from './voidNote.ts';

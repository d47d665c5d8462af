export { fileSpool } from './fileSpool.ts';

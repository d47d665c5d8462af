import { writeFile } from 'node:fs/promises';
import { pino } from 'pino';
import { createModules, describeEvents, describeOperations } from '../app.ts';

/** Writes the documents that derive from the declarations alone. */
export async function writeDocumentGoldens(server: URL): Promise<void> {
  const modules = createModules({ egressAllow: '', logger: pino({ level: 'silent' }) });
  await writeFile(new URL('openapi.json', server), describeOperations(modules));
  await writeFile(new URL('events.md', server), describeEvents(modules));
}

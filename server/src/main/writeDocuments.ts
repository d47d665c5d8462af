import { writeFile } from 'node:fs/promises';
import { describeEvents, describeOperations, modulesToDescribe } from '../app.ts';
import { describeClient } from './describeClient.ts';

/** Writes the documents that derive from the declarations alone, and the client's operations, which derive from the first. */
export async function writeDocumentGoldens(server: URL): Promise<void> {
  const modules = modulesToDescribe();
  const document = describeOperations(modules);
  await writeFile(new URL('openapi.json', server), document);
  await writeFile(new URL('../sdk/src/operations.ts', server), describeClient(JSON.parse(document)));
  await writeFile(new URL('events.md', server), describeEvents(modules));
}

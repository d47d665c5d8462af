import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take longest, the longest first. A clean clone knows no durations, and sizes say little: what takes long starts processes
 * or waits for them. The file that is begun last decides when a run ends.
 */
const long = [
  'server/src/torture/billingRun.test.ts',
  'server/src/contract/tenancy.test.ts',
  'server/src/torture/wallets.test.ts',
  'server/src/main/startUp.test.ts',
  'server/src/contract/contract.test.ts',
  'server/src/main/demo.test.ts',
  'server/src/contract/idempotency.test.ts',
  'server/src/adapters/embedded-postgres/embeddedPostgres.test.ts',
  'server/src/contract/refusals.test.ts',
  'server/src/contract/hostile.test.ts',
  'server/src/main/doctor.test.ts',
  'server/src/torture/ingest.test.ts',
  'sdk/src/killedServer.test.ts',
];

/** A worker is kept for the next file only where that is of the same project; the short files of core come where they fill what is left. */
const projects = ['server', 'sdk', 'core', 'tools'];

const placeOf = ({ moduleId }: TestSpecification): number => {
  const place = long.findIndex((file) => moduleId.endsWith(file));
  return place === -1 ? long.length : place;
};

/** Begins the files that take longest first, project by project. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files);
    const rank = ({ project }: TestSpecification) => projects.indexOf(project.name);
    return others.sort((a, b) => rank(a) - rank(b) || placeOf(a) - placeOf(b));
  }
}

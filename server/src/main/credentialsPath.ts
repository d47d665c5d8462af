import { join } from 'node:path';
import type { Config } from './readConfig.ts';

/** Where this installation keeps the keys of its first organization and the operator's secret. */
export function credentialsPath(config: Config): string {
  return join(config.dataDir, 'credentials.json');
}

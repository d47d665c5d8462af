import type { FastifyInstance } from 'fastify';
import { StartupProblem } from '../adapters/embedded-postgres/index.ts';
import type { Config } from './readConfig.ts';

/** Starts listening; a taken port is said in one line. Answers the address to call. */
export async function listenOn(server: FastifyInstance, { host, port }: Config): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') throw new StartupProblem(`Port ${port} is taken by another program; stop it, or start with PORT=<another>.`);
    if (code === 'EACCES') throw new StartupProblem(`This user may not listen on port ${port}; start with PORT=8787 or higher.`);
    throw error;
  }
}

/**
 * Something outside the program keeps it from starting. The message is one line that says what is wrong and what to
 * do; whoever starts the program prints it as it is, without a stack.
 */
export class StartupProblem extends Error {
  override readonly name = 'StartupProblem';
}

/** The system's error code (`ENOSPC`, `EACCES`, ...) of anything thrown; empty where there is none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** What a failed file operation on `path` means for the person who started the program. */
export function fileProblem(error: unknown, path: string): unknown {
  switch (errorCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StartupProblem(`The disk that holds ${path} is full: free some space and start again.`);
    case 'EACCES':
    case 'EPERM':
      return new StartupProblem(
        `${path} may not be written by this user (uid ${process.getuid?.() ?? '?'}): change its owner or choose another data directory.`,
      );
    case 'EROFS':
      return new StartupProblem(`${path} is on a read-only file system: choose another data directory.`);
    case 'ENOTDIR':
    case 'EEXIST':
      return new StartupProblem(`${path} is in the way: a file stands where a directory is needed. Choose another data directory.`);
    default:
      return error;
  }
}

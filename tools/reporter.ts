import type { Reporter, TestModule } from 'vitest/node';

/**
 * Prints `N passed, N failed` as the very last line of a test run, for people and programs alike.
 *
 * Printed when the process exits, because some failures never reach a reporter (a global setup that throws, a run
 * without test files). Whatever the counts, an exit code other than 0 is at least one failure.
 */
export default class LastLine implements Reporter {
  private passed = 0;
  private failed = 0;

  onInit(): void {
    process.on('exit', (code) => {
      const failed = code !== 0 && this.failed === 0 ? 1 : this.failed;
      process.stdout.write(`${this.passed} passed, ${failed} failed\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    this.passed = 0;
    this.failed = unhandledErrors.length;
    for (const module of modules) this.count(module);
  }

  private count(module: TestModule): void {
    let failed = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') this.passed++;
      if (state === 'failed') failed++;
    }
    // A file that could not be loaded, or whose beforeAll failed, has no failed test but is a failure all the same.
    const broken = module.state() === 'failed' && failed === 0;
    this.failed += broken ? 1 : failed;
  }
}

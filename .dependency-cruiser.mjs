// Who may know whom: docs/STYLE.md has the rule in words, tools/deps.mjs runs this file.
import { ranks } from './tools/ranks.mjs';

const test = '[.]test[.]ts$';
/** What tests stand on, and what all operations are held against: test code under names of its own. */
const testing = '^server/src/(?:testing|contract|torture)/';
/** Generated from the migrations: types of rows, no code. */
const rowTypes = '^server/src/tables[.]ts$';
const anyOf = (names) => `(?:${names.join('|')})`;
const moduleFolder = (names) => `^server/src/modules/${anyOf(names)}/`;

/** Only these packages, beside itself, may core use; its tests may use the test tools too. */
const corePackages = ['decimal[.]js', 'zod', '@marcbachmann/cel-js'];
const testPackages = ['vitest', 'fast-check'];
const packages = (names) => `^node_modules/${anyOf(names)}/`;

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** For every module: no way to a module of its own rank or of a higher one. */
const downwards = ranks.flatMap((names, rank) =>
  names.map((name) =>
    forbid(
      `rank-of-${name}`,
      `${name} has rank ${rank}: it may know only modules of lower ranks. Upwards, emit an event.`,
      { path: moduleFolder([name]) },
      { path: moduleFolder(ranks.slice(rank).flat()), pathNot: moduleFolder([name]) },
    ),
  ),
);

export default {
  forbidden: [
    forbid('core-knows-nothing', 'core is pure: no server, no Node, no package but its three.',
      { path: '^core/', pathNot: test }, { pathNot: ['^core/src/', packages(corePackages)] }),
    forbid('core-tests', 'Tests of core need nothing but core and the test tools.',
      { path: `^core/.*${test}` }, { pathNot: ['^core/src/', packages([...corePackages, ...testPackages])] }),
    forbid('kernel-knows-no-domain', 'The kernel knows HTTP and PostgreSQL, never what is built on it.',
      { path: '^server/src/kernel/', pathNot: test }, { path: '^server/src/', pathNot: ['^server/src/kernel/', rowTypes] }),
    forbid('kernel-tests', 'Tests of the kernel may use the test database, never a module.',
      { path: `^server/src/kernel/.*${test}` }, { path: '^server/src/', pathNot: ['^server/src/kernel/', rowTypes, testing] }),
    forbid('kernel-knows-values-only', 'Of core, the kernel knows money and time as values on the wire.',
      { path: '^server/src/kernel/' }, { path: '^core/src/', pathNot: '^core/src/(?:money|time)/' }),
    ...downwards,
    forbid('front-door', "Another module's files are its own: import its index.ts.",
      { path: '^server/src/modules/([^/]+)/' }, { path: '^server/src/modules/', pathNot: ['^server/src/modules/$1/', '^server/src/modules/[^/]+/index[.]ts$'] }),
    forbid('modules-know-no-outside', 'A module knows core, the kernel and lower modules; adapters and composition know it.',
      { path: '^server/src/modules/' }, { path: '^server/src/(?:adapters/|main/|app[.]ts)' }),
    forbid('adapters-know-ports', 'An adapter knows the kernel and, through its index.ts, the module whose port it implements.',
      { path: '^server/src/adapters/', pathNot: test }, { path: '^server/src/(?:app[.]ts|main/|modules/[^/]+/(?!index[.]ts$))' }),
    forbid('adapters-know-no-adapter', 'Adapters do not know each other.',
      { path: '^server/src/adapters/([^/]+)/' }, { path: '^server/src/adapters/', pathNot: '^server/src/adapters/$1/' }),
    forbid('testing-is-for-tests', 'What helps tests never gets into the product.',
      { path: '^(?:core|server|sdk)/', pathNot: [test, testing, '^sdk/src/testing/'] }, { path: [testing, '^sdk/src/testing/'] }),
    forbid('sdk-stands-alone', 'The client is for other people’s programs: it knows nothing of ours, and needs no package.',
      { path: '^sdk/', pathNot: [test, '^sdk/src/(?:testing/|(?:node|fileSpool|spoolFolder)[.]ts$)'] }, { pathNot: '^sdk/src/' }),
    forbid('sdk-node-part', 'What only Node can do stands behind the entry node.ts, and needs Node alone.',
      { path: '^sdk/src/(?:testing/|(?:node|fileSpool|spoolFolder)[.]ts$)', pathNot: test }, { pathNot: '^sdk/src/', dependencyTypesNot: ['core'] }),
    forbid('sdk-plain-part', 'The rest of the client runs in browsers too.',
      { path: '^sdk/src/', pathNot: [test, '^sdk/src/(?:testing/|(?:node|fileSpool)[.]ts$)'] }, { path: '^sdk/src/(?:node|fileSpool|spoolFolder)[.]ts$' }),
    forbid('sdk-tests', 'Tests of the client may start a server as a user would, and know nothing else of it.',
      { path: `^sdk/.*${test}` }, { path: '^(?:core|server)/', pathNot: '^server/src/testing/installation[.]ts$' }),
    forbid('server-knows-no-client', 'What the server needs it has itself.', { path: '^(?:core|server)/' }, { path: '^sdk/' }),
    forbid('declared-dependencies', 'A package that the product uses is named under dependencies of its own package.json.',
      { path: '^(?:core|server)/', pathNot: [test, testing] }, { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'npm-optional'] }),
    forbid('resolvable', 'The imported file does not exist.', {}, { couldNotResolve: true }),
    forbid('no-circle', 'Modules that import each other in a circle can be understood, and loaded, only together.',
      {}, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^sdk/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'server/tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'], extensions: ['.ts', '.mjs', '.js', '.json'] },
    combinedDependencies: false,
  },
};

import { createRuntime } from '../../server/src/main/createRuntime.ts';
import { readConfig } from '../../server/src/main/readConfig.ts';
import { runCommand } from '../../server/src/main/runCommand.ts';

// The API as it is but for its store, which keeps nothing: what is left is what everything around storing costs.

await runCommand(async (context) => {
  const config = readConfig(process.env);
  const writer = { expectsRepeats: false, append: async () => new Map(), appendNew: async () => true, find: async () => new Map() };
  const runtime = createRuntime(config, config.databaseUrl ?? '', { writer });
  context.onStop(() => runtime.stop());
  const { address } = await runtime.serve(context);
  context.say('  API without a store ready   ');
  context.say(`  API        ${address}/v1`);
});

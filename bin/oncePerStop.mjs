// Loaded into every command before its own code, by the launcher.
//
// One Ctrl-C under npm arrives up to three times: the terminal sends it to the whole process group, npm passes it on
// to its child, and the launcher to its own. A program that takes the second for "at once, I said" would cut its
// shutdown short. Repeats of a stop signal within a second are therefore one wish; after that second a repeat is meant.
const together = 1000;
const seen = new Map();
const emit = process.emit;

process.emit = function (event, ...details) {
  if (event === 'SIGINT' || event === 'SIGTERM' || event === 'SIGHUP') {
    const now = performance.now();
    const before = seen.get(event);
    if (before !== undefined && now - before < together) return true;
    seen.set(event, now);
  }
  return emit.call(this, event, ...details);
};

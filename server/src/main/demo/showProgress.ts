const barWidth = 30;

/** A line that is redrawn on a terminal; elsewhere one plain line for each new `stage`. */
export interface Progress {
  update(done: number, stage: string, detail: string): void;
  /** Ends the line, so that what is printed next begins a new one. */
  end(): void;
}

export function showProgress(out: NodeJS.WriteStream): Progress {
  let shown = '';
  if (!out.isTTY) {
    return {
      update(done, stage, detail) {
        if (stage !== shown) out.write(`  ${String(Math.floor(done * 100)).padStart(3)} %  ${stage}  ${detail}\n`);
        shown = stage;
      },
      end() {},
    };
  }
  return {
    update(done, stage, detail) {
      const filled = Math.round(done * barWidth);
      const line = `  [${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ${String(Math.floor(done * 100)).padStart(3)} %  ${stage}  ${detail}`;
      // A line longer than the window would wrap, and could not be redrawn.
      shown = line.slice(0, (out.columns || 80) - 1);
      out.write(`\r\u001b[2K${shown}`);
    },
    end() {
      if (shown !== '') out.write('\n');
      shown = '';
    },
  };
}

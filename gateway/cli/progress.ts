import { SingleBar } from "cli-progress";

/** Where long work tells how far it is. */
export interface Progress {
  (done: number, total: number): void;
}

const LINE_EVERY = 3_000;

/** A progress bar in a terminal; elsewhere a line every few seconds, so that logs stay readable. */
export function showProgress(label: string): { update: Progress; finish(): void } {
  const out = process.stderr;
  if (!out.isTTY) {
    let last = Date.now();
    return {
      update(done, total) {
        if (Date.now() - last < LINE_EVERY) return;
        last = Date.now();
        out.write(`${label}: ${Math.floor((100 * done) / Math.max(total, 1))} %\n`);
      },
      finish() {},
    };
  }
  const bar = new SingleBar({
    format: `${label} {bar} {percentage} % ({value} of {total})`,
    stream: out,
    hideCursor: true,
  });
  bar.start(1, 0);
  return {
    update(done, total) {
      bar.setTotal(total);
      bar.update(done);
    },
    finish: () => bar.stop(),
  };
}

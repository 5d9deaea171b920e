/** Resolves when the process is told to stop; a second signal does not wait any longer. */
export function untilSignalled(): Promise<void> {
  return new Promise((resolve) => {
    let isTold = false;
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.on(signal, () => {
        if (isTold) process.exit(1);
        isTold = true;
        resolve();
      });
    }
  });
}

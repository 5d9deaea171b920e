import { readFileSync } from "node:fs";
import { StartupError } from "../../shared/errors.ts";
import { writeManifest } from "../trusted/manifest.ts";

/** `consortia trust FILES…`: the manifest of some documents, one in each file, on standard output. */
export function trust(files: readonly string[]): void {
  const texts = files.map((file) => {
    try {
      return readFileSync(file, "utf8");
    } catch (error) {
      throw new StartupError(`${file} cannot be read: ${(error as Error).message}.`, { cause: error });
    }
  });
  try {
    process.stdout.write(`${writeManifest(texts)}\n`);
  } catch (error) {
    throw new StartupError(`Expected documents of GraphQL: ${(error as Error).message}`, { cause: error });
  }
}

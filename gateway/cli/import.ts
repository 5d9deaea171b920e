import { StartupError } from "../../shared/errors.ts";

export async function importFile(source: string, _file: string, _options: object): Promise<void> {
  throw new StartupError(`not yet: ${source}`);
}

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const folder = resolve(process.env["REAL_DATA_DIR"] ?? join(__dirname, "../../shared/data"));

/** The real files that users bring; absent where nobody has put them beside the project. */
export const realData = {
  ipeds: join(folder, "ipeds_hd2022.csv"),
  ipeds2023: join(folder, "ipeds_hd2023.csv"),
  ror: join(folder, "ror_v2_records.json"),
};

/** `describe` where the real files are, and a visible skip where they are not. */
export const describeWithRealData = Object.values(realData).every((file) => existsSync(file))
  ? describe
  : describe.skip;

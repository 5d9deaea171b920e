const { readdirSync, readFileSync } = require("node:fs");
const { dirname, join, resolve } = require("node:path");

const DATABASE = resolve(__dirname, "database.ts");
const RELATIVE_IMPORT = /^(?:import|export)\s(?!type\s)[^;]*?from\s+"(\.[^"]+)"/gm;

/** Files that a file imports, types left out: those are gone when it runs. */
function importsOf(file) {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(RELATIVE_IMPORT)].map(([, path]) => resolve(dirname(file), path));
}

/** Whether a suite uses a database: it imports `tests/database.ts`, directly or through other files. */
function usesDatabase(suite) {
  const seen = new Set([suite]);
  for (const file of seen) {
    if (file === DATABASE) return true;
    for (const imported of importsOf(file)) seen.add(imported);
  }
  return false;
}

const suites = readdirSync(__dirname, { recursive: true })
  .filter((path) => path.endsWith(".test.ts"))
  .map((path) => join(__dirname, path));

/** The suites in two lists: those that use a database run on both databases, the others once. */
module.exports = {
  database: suites.filter(usesDatabase),
  plain: suites.filter((suite) => !usesDatabase(suite)),
};

import { buildSchema } from "graphql";
import sql from "sql-template-tag";
import type { RecordSource } from "../../shared/data/loaders.ts";
import type { VisibilityTable } from "../../shared/graphql/visibility.ts";
import { requireVisibility } from "../../shared/graphql/visibility.ts";

const source = (guarded: RecordSource["guarded"] = {}): RecordSource => ({
  record: class Agreement {},
  alias: "r",
  visible: () => sql`1 = 1`,
  guarded,
  always: [],
});
const guards = { note: { isVisible: () => sql`1 = 0` } };
const check = (sdl: string, table: VisibilityTable) => () => requireVisibility(buildSchema(sdl), table);
const ROOT = `type Query { a: Agreement } `;

describe("A subgraph cannot be built", () => {
  it("unless each of its types says who sees its records", () => {
    const sdl = `${ROOT} type Agreement { id: ID! party: Party } type Party { id: ID! }`;
    const table: VisibilityTable = { Agreement: { rows: source() } };
    expect(check(sdl, table)).toThrow("nothing is said of Party");
    expect(check(sdl, { ...table, Party: { rows: "OWNER" } })).not.toThrow();
    expect(check(sdl, { ...table, Party: { rows: "OWNER" }, Other: { rows: "PART" } })).toThrow(
      "there is no type Other",
    );
  });

  it.each([
    "email: String",
    "contactPhone: String",
    "contacts: [Int]",
    "committedMinor: Int",
    "amount: Float",
    "committed: Money",
    "minutes: String",
    "complianceEvidence: String",
    "rawValue: Float",
  ])("while a field such as %p doesn't say who sees it", (field) => {
    const sdl = `${ROOT} type Agreement { ${field} } type Money { a: Int }`;
    const rest: VisibilityTable = { Money: { rows: "PART" } };
    const [name] = field.split(":") as [string];
    expect(check(sdl, { ...rest, Agreement: { rows: source() } })).toThrow(
      `Agreement.${name} looks sensitive`,
    );
    expect(check(sdl, { ...rest, Agreement: { rows: source(), fields: { [name]: "ROW" } } })).not.toThrow();
  });

  it("while what it says of a field isn't so", () => {
    const sdl = `${ROOT} type Agreement { id: ID! note: String }`;
    const said = (fields: object, guarded = {}) =>
      check(sdl, { Agreement: { rows: source(guarded), fields: fields as never } });
    expect(said({ note: "GUARDED" })).toThrow("Agreement.note");
    expect(said({}, guards)).toThrow("Agreement.note");
    expect(said({ other: "ROW" })).toThrow("there is no field Agreement.other");
    expect(said({ note: "GUARDED" }, guards)).not.toThrow();
  });

  it("while a list is filtered or sorted by what not everybody sees", () => {
    const sdl = `${ROOT} type Agreement { note: String }`;
    const table: VisibilityTable = { Agreement: { rows: source(guards), fields: { note: "GUARDED" } } };
    expect(check(`${sdl} input AgreementFilter { note: String }`, table)).toThrow("AgreementFilter tells of");
    expect(check(`${sdl} enum AgreementOrderField { NOTE }`, table)).toThrow("AgreementOrderField tells of");
    expect(check(`${sdl} enum AgreementOrderField { NAME }`, table)).not.toThrow();
  });
});

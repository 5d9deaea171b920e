import sql, { raw } from "sql-template-tag";
import type { Viewer } from "../../../shared/auth/viewer.ts";
import type { DatabaseName } from "../../../shared/config.ts";
import { FigureSeal } from "../../../subgraphs/metrics/figure/figure.seal.ts";
import type { TestPlatform } from "../../platform.ts";

/** A row as its owner's database has it. */
export type Row = Readonly<Record<string, any>>;

const TABLES = {
  institutions: [
    "consortium",
    "membership",
    "institution",
    "institution_name",
    "identifier",
    "institution_location",
    "institution_relationship",
  ],
  partners: [
    "partner_organization",
    "contact",
    "partnership",
    "partnership_party",
    "partnership_issue",
    "agreement",
    "interaction",
    "action_item",
    "feedback",
    "contribution",
    "benefit",
    "exchange_rate",
    "record_history",
  ],
  programs: ["program", "cohort"],
  metrics: ["indicator", "period", "student_group", "subject", "observation", "figure_key"],
  platform: ["person", "person_organisation", "role_grant", "api_key", "api_key_role", "audit_entry"],
} as const satisfies Record<DatabaseName, readonly string[]>;
type Table = (typeof TABLES)[DatabaseName][number];

const KINDS: Readonly<Record<string, string>> = {
  Internship: "INTERNSHIP",
  MentoringProgram: "MENTORING",
  CodingCourse: "CODING_COURSE",
};

/** Everything that the databases of a platform hold, read past all rules. */
export class World {
  private readonly groups = new Map<string, Map<unknown, Row[]>>();
  private figures: ReadonlyMap<string, Row> | null = null;

  constructor(private readonly tables: Readonly<Record<Table, readonly Row[]>>) {}

  all(table: Table): readonly Row[] {
    return this.tables[table];
  }

  /** The rows of a table that have a value in a column. */
  by(table: Table, column: string, value: unknown): readonly Row[] {
    const name = `${table}.${column}`;
    let group = this.groups.get(name);
    if (!group) {
      this.groups.set(name, (group = new Map()));
      for (const row of this.all(table)) {
        const rows = group.get(row[column]);
        if (rows) rows.push(row);
        else group.set(row[column], [row]);
      }
    }
    return group.get(value) ?? [];
  }

  one(table: Table, column: string, value: unknown): Row | null {
    return this.by(table, column, value)[0] ?? null;
  }

  /** What each figure is about, by the figure's id: the rows of figures have none, and nothing else decides on them. */
  private get subjectsOfFigures(): ReadonlyMap<string, Row> {
    if (!this.figures) {
      const seal = new FigureSeal(Buffer.from(this.all("figure_key")[0]!["secret"] as string, "hex"));
      this.figures = new Map(
        this.all("observation").map((row) => [
          seal.idOf({
            subjectNo: row["subject_no"],
            indicatorNo: row["indicator_no"],
            periodNo: row["period_no"],
            groupNo: row["group_no"],
          }),
          this.one("subject", "no", row["subject_no"])!,
        ]),
      );
    }
    return this.figures;
  }

  /** Whether the records of a type have ids. */
  hasIds(type: string): boolean {
    return type in KINDS || type in TYPE_TABLES;
  }

  /** The ids of all records of a type. */
  idsOf(type: string): string[] {
    if (type === "Figure") return [...this.subjectsOfFigures.keys()];
    const kind = KINDS[type];
    const rows = kind ? this.by("program", "kind", kind) : this.all(TYPE_TABLES[type]!);
    return rows.map(({ id }) => id as string);
  }

  /** What records of a type have in a field, where they have it. */
  values(type: string, field: string, ids: readonly string[]): string[] {
    const wanted = new Set(ids);
    const rows = ids.map((id) => this.rowOf({ __typename: type, id })!);
    return field === "id" ? [...wanted] : rows.flatMap((row) => row[field] ?? []);
  }

  /** The row of a record, by the type and the id that an answer has. */
  rowOf({ __typename: type, id }: Readonly<Record<string, any>>): Row | null {
    if (type === "Figure") return this.subjectsOfFigures.get(id as string) ?? null;
    return this.one(TYPE_TABLES[type] ?? "program", "id", id);
  }
}

const TYPE_TABLES: Readonly<Record<string, Table>> = {
  Institution: "institution",
  Consortium: "consortium",
  PartnerOrganization: "partner_organization",
  Partnership: "partnership",
  PartnershipIssue: "partnership_issue",
  Agreement: "agreement",
  Interaction: "interaction",
  ActionItem: "action_item",
  Feedback: "feedback",
  Contribution: "contribution",
  Benefit: "benefit",
  ExchangeRate: "exchange_rate",
  Cohort: "cohort",
  Indicator: "indicator",
  Membership: "membership",
  PartnershipParty: "partnership_party",
  Contact: "contact",
  Period: "period",
  StudentGroup: "student_group",
  Person: "person",
  ApiKey: "api_key",
  RoleGrant: "role_grant",
  AuditEntry: "audit_entry",
};

/** Reads everything there is, whoever may see it. */
export async function readWorld({ subgraphs }: TestPlatform): Promise<World> {
  const tables: Partial<Record<Table, Row[]>> = {};
  for (const [name, owned] of Object.entries(TABLES)) {
    for (const table of owned) {
      tables[table] = await subgraphs[name as DatabaseName].db.read<Row>(sql`SELECT * FROM ${raw(table)}`);
    }
  }
  return new World(tables as Record<Table, Row[]>);
}

/** Whether a viewer has one of some roles, in a consortium or in any. */
export function has(viewer: Viewer, roles: readonly string[], consortiumId?: string): boolean {
  return viewer.consortia.some(
    (each) =>
      (consortiumId === undefined || each.id === consortiumId) &&
      each.roles.some((role) => roles.includes(role)),
  );
}

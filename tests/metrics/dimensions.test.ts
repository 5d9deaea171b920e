import sql, { raw } from "sql-template-tag";
import { newId } from "../../shared/ids.ts";
import type { RunningSubgraph } from "../../shared/graphql/runtime.ts";
import { metrics } from "../../subgraphs/metrics/subgraph.ts";
import { startTestSubgraph } from "../database.ts";
import { partnershipEvent, tell } from "./records.ts";

describe("dimensions", () => {
  let subgraph: RunningSubgraph;
  beforeAll(async () => void (subgraph = await startTestSubgraph(metrics)));
  afterAll(() => subgraph.close());

  const rowsOf = (table: string) =>
    subgraph.db.read<Record<string, unknown>>(sql`SELECT * FROM ${raw(table)} ORDER BY id`);

  const institution = {
    name: "Lakeside College",
    type: "COLLEGE",
    sector: 2,
    control: "PUBLIC",
    country: "US",
    subdivision: "MN",
    city: "Duluth",
    latitude: 46.79,
    longitude: -92.1,
    status: "ACTIVE",
  };
  const organization = {
    name: "Harbor Works",
    orgType: "BUSINESS",
    agentSector: "PRIVATE_FOR_PROFIT",
    sizeBand: "SMALL",
    naics: "3366",
    country: "US",
    subdivision: "MN",
  };
  const program = {
    kind: "INTERNSHIP",
    title: "Shipbuilding Internship",
    partnershipId: newId("Partnership"),
    providerId: newId("PartnerOrganization"),
    hostId: newId("Institution"),
    cip: "49.0304",
    soc: "53-5011",
    modality: "IN_PERSON",
    isPaid: true,
    startsOn: "2025-01-13",
    endsOn: null,
  };

  it("hold what their owners tell, and nothing changes when they tell it twice", async () => {
    const ids = {
      institution: newId("Institution"),
      organization: newId("PartnerOrganization"),
      program: newId("Internship"),
    };
    const partnership = partnershipEvent("PUBLIC", [ids.institution]);
    const tables = [
      "institution_dim",
      "partner_organization_dim",
      "partnership_dim",
      "program_dim",
      "partnership_projection",
    ];
    const tellAll = async () => {
      await tell(subgraph, "institutions", [
        { kind: "institution", recordId: ids.institution, payload: institution },
      ]);
      await tell(subgraph, "partners", [
        { kind: "partner_organization", recordId: ids.organization, payload: organization },
        partnership,
      ]);
      await tell(subgraph, "programs", [{ kind: "program", recordId: ids.program, payload: program }]);
      return Promise.all(tables.map(rowsOf));
    };
    const once = await tellAll();
    expect(once.map((rows) => rows.length)).toEqual([1, 1, 1, 1, 1]);
    expect(once[0]![0]).toEqual({ id: ids.institution, ...institution });
    expect(once[1]![0]).toMatchObject({ id: ids.organization, org_type: "BUSINESS", size_band: "SMALL" });
    expect(once[2]![0]).toMatchObject({ id: partnership.recordId, stage: "ACTIVE", ends_on: null });
    expect(once[3]![0]).toMatchObject({
      id: ids.program,
      host_id: program.hostId,
      is_paid: 1,
      starts_on: "2025-01-13",
    });
    expect(await tellAll()).toEqual(once);
  });

  it("hold the latest of several changes, and lose what is gone", async () => {
    const [kept, gone, back] = [newId("Institution"), newId("Institution"), newId("Institution")];
    const event = (recordId: string, payload: object | null) => ({
      kind: "institution",
      recordId,
      payload: payload as Record<string, unknown> | null,
    });
    await tell(subgraph, "institutions", [
      event(kept, institution),
      event(gone, institution),
      event(back, null),
      event(kept, { ...institution, name: "Lakeside University" }),
      event(gone, null),
      event(back, institution),
    ]);
    const names = new Map((await rowsOf("institution_dim")).map((row) => [row["id"], row["name"]]));
    expect([names.get(kept), names.get(gone), names.get(back)]).toEqual([
      "Lakeside University",
      undefined,
      "Lakeside College",
    ]);
  });

  it("pass over kinds they don't know, and take a value that is missing for null", async () => {
    const id = newId("Institution");
    await tell(subgraph, "institutions", [
      { kind: "consortium", recordId: newId("Consortium"), payload: { name: "A network" } },
      { kind: "institution", recordId: id, payload: { name: "Bare" } },
    ]);
    const rows = await rowsOf("institution_dim");
    expect(rows.find((row) => row["id"] === id)).toMatchObject({ name: "Bare", city: null, latitude: null });
    expect(rows.some((row) => row["name"] === "A network")).toBe(false);
  });
});

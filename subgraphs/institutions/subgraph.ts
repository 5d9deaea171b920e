import type { Database } from "../../shared/data/database.ts";
import { loadRecord } from "../../shared/data/loaders.ts";
import type { ReferenceResolver, SubgraphDefinition } from "../../shared/graphql/subgraph.ts";
import { consortia, memberships } from "./consortium/consortium.list.ts";
import { ConsortiumResolver } from "./consortium/consortium.resolver.ts";
import { Consortium } from "./consortium/consortium.ts";
import { MembershipResolver } from "./consortium/membership.resolver.ts";
import { Membership } from "./consortium/membership.ts";
import { DOUBTFUL_SHARE } from "./import/changes.ts";
import type { ImportOptions } from "./import/importer.ts";
import { importInstitutions } from "./import/importer.ts";
import { readIpeds } from "./import/ipeds.ts";
import { readRor } from "./import/ror.ts";
import { ReleaseUnknown } from "./import/release.ts";
import { FileRefused } from "./import/source.ts";
import { RecordAlias, SourceRecord } from "./institution/import-records.ts";
import { institutions as institutionRecords } from "./institution/institution.list.ts";
import { InstitutionRelationshipResolver, InstitutionResolver } from "./institution/institution.resolver.ts";
import {
  Identifier,
  InstitutionLocation,
  InstitutionName,
  InstitutionRelationship,
} from "./institution/institution-parts.ts";
import { Institution } from "./institution/institution.ts";
import { InstitutionMatchResolver, MatchCandidateResolver } from "./match/match.resolver.ts";
import { InstitutionMatch, MatchCandidate } from "./match/match.ts";
import { loadDemo } from "./demo.ts";
import { Institutions0001 } from "./migrations/0001-institutions.ts";
import { Institutions0002 } from "./migrations/0002-memberships.ts";
import { Institutions0003 } from "./migrations/0003-membership-ids.ts";
import { Institutions0004 } from "./migrations/0004-import-evidence.ts";
import { visibility } from "./visibility.ts";

/** The registers whose files can be imported. */
export const institutionFiles = {
  ipeds: (db: Database, file: string, options: ImportOptions) =>
    importInstitutions(db, "IPEDS", readIpeds, file, options),
  ror: (db: Database, file: string, options: ImportOptions) =>
    importInstitutions(db, "ROR", readRor, file, options),
};

export { DOUBTFUL_SHARE, FileRefused, ReleaseUnknown };
export type { Doubt } from "./import/changes.ts";
export type { AmbiguousMatch, ImportOptions, ImportReport } from "./import/importer.ts";
export type { RowProblem } from "./import/source.ts";
export { decideMatch, listMatches } from "./match/match.service.ts";
export type { ListedMatch } from "./match/match.service.ts";

/** An institution may be named by any of its keys. */
const institutionByKey: ReferenceResolver = (key, ctx, info) => {
  const column = ["id", "ror", "unitid"].find((name) => key[name] != null) ?? "id";
  return loadRecord(ctx, info, institutionRecords, key[column]!, column);
};

/** The registry of institutions, and the consortia they form. */
export const institutions: SubgraphDefinition = {
  name: "institutions",
  entities: [
    Institution,
    InstitutionName,
    Identifier,
    InstitutionLocation,
    InstitutionRelationship,
    RecordAlias,
    SourceRecord,
    InstitutionMatch,
    MatchCandidate,
    Consortium,
    Membership,
  ],
  migrations: [Institutions0001, Institutions0002, Institutions0003, Institutions0004],
  loadDemo,
  resolvers: [
    InstitutionResolver,
    InstitutionRelationshipResolver,
    InstitutionMatchResolver,
    MatchCandidateResolver,
    ConsortiumResolver,
    MembershipResolver,
  ],
  visibility,
  references: {
    Institution: institutionByKey,
    Consortium: ({ id }, ctx, info) => loadRecord(ctx, info, consortia, id!),
    Membership: ({ id }, ctx, info) => loadRecord(ctx, info, memberships, id!),
  },
};

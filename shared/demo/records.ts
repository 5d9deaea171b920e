/** An institution of the demo network, as every subgraph that needs it sees it. */
export interface DemoInstitution {
  readonly index: number;
  readonly id: string;
  readonly consortium: number;
  readonly name: string;
  readonly type: string;
  readonly control: string;
  readonly level: string | null;
  /** IPEDS SECTOR; null outside IPEDS, as for schools and their districts. */
  readonly sector: number | null;
  /** Basic Carnegie classification; null where there is none. */
  readonly carnegie: number | null;
  readonly city: string;
  readonly subdivision: string;
  readonly latitude: number;
  readonly longitude: number;
  /** NCES locale of its town. */
  readonly locale: number;
  readonly website: string;
  readonly established: number;
}

/** Somebody to talk to at a partner organisation: made up, with an address that no mail reaches. */
export interface DemoContact {
  readonly name: string;
  readonly role: string;
  readonly email: string;
}

/** A partner organisation of the demo network. */
export interface DemoPartner {
  readonly index: number;
  readonly id: string;
  readonly consortium: number;
  readonly visibility: "PUBLIC";
  readonly name: string;
  readonly orgType: string;
  readonly agentSector: string;
  readonly naics: string | null;
  readonly sizeBand: string;
  readonly mission: string;
  readonly city: string;
  readonly subdivision: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly website: string;
  readonly contacts: readonly DemoContact[];
}

/** A party of a demo partnership. */
export interface DemoParty {
  readonly id: string;
  readonly kind: "INSTITUTION" | "PARTNER_ORGANIZATION";
  readonly role: string;
  readonly isSignatory: boolean;
}

/** A partnership of the demo network. */
export interface DemoPartnership {
  readonly index: number;
  readonly id: string;
  readonly consortium: number;
  readonly consortiumId: string;
  readonly visibility: "PUBLIC" | "CONSORTIUM" | "PARTIES";
  readonly name: string;
  readonly type: string;
  readonly subtype: string;
  readonly modality: string;
  readonly scope: string;
  readonly stage: string;
  readonly startsOn: string;
  readonly endsOn: string | null;
  readonly summary: string;
  readonly sdgTargets: readonly string[];
  /** The lead institution comes first. */
  readonly parties: readonly DemoParty[];
}

export type DemoProgramKind = "INTERNSHIP" | "MENTORING" | "CODING_COURSE";

/** A program of the demo network. */
export interface DemoProgram {
  readonly index: number;
  readonly id: string;
  readonly kind: DemoProgramKind;
  readonly partnership: DemoPartnership;
  readonly providerId: string;
  readonly hostId: string;
  readonly title: string;
  readonly cip: string;
  readonly soc: string;
  readonly capacity: number;
  readonly isPaid: boolean;
  readonly modality: string;
  /** First and last of the terms (by their place in `TERMS`) in which it runs. */
  readonly firstTerm: number;
  readonly lastTerm: number;
  readonly hoursPlanned: number | null;
  readonly hourlyWageMinor: number | null;
  readonly menteesPerMentor: number | null;
  readonly sessionsPlanned: number | null;
  readonly language: string | null;
  readonly level: string | null;
  readonly contactHours: number | null;
}

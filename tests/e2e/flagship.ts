import type { Answer } from "./processes.ts";
import { ask } from "./processes.ts";

/** What the platform is for: from a state's institutions to how the programs of their partnerships do, term by term. */
const FLAGSHIP = `query Flagship($state: String!) {
  institutions(first: 20, filter: { subdivision: { eq: $state } }) {
    totalCount
    nodes {
      id
      name
      partnerships(first: 10) {
        totalCount
        nodes {
          id
          name
          parties {
            role
            party {
              __typename
              ... on Institution { id institutionName: name }
              ... on PartnerOrganization { id name }
            }
          }
          programs(first: 10) {
            totalCount
            nodes {
              __typename
              id
              title
              figures(
                first: 20
                filter: { indicatorCode: { in: ["COMPLETION_RATE", "PLACEMENT_RATE"] }, groupCode: { eq: "ALL" } }
              ) {
                totalCount
                nodes {
                  indicator { code }
                  period { label startsOn }
                  group { code }
                  cell { state value n }
                }
              }
            }
          }
        }
      }
    }
  }
}`;

/** Asks it for Ohio. */
export async function askFlagship(endpoint: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { data, errors } = await ask(endpoint, FLAGSHIP, {
    variables: { state: "OH" },
    headers,
  });
  return { data, ...(errors ? { errors } : {}) };
}

/** The records at each step of the way, all of them in one list a step. */
export function stepsOf({ data }: Answer) {
  const institutions: any[] = data?.institutions?.nodes ?? [];
  const partnerships = institutions.flatMap((each) => each.partnerships?.nodes ?? []);
  const programs = partnerships.flatMap((each) => each.programs?.nodes ?? []);
  return {
    institutions,
    partnerships,
    parties: partnerships.flatMap((each) => each.parties),
    programs,
    figures: programs.flatMap((each) => each.figures?.nodes ?? []),
  };
}

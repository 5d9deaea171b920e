import type { Running } from "./running.ts";

const ORDER = "eq, in, isNull, lt, lte, gt, gte";

/** What clients are told of what they have got wrong: what was expected, and where. */
export function describeRefusals(running: () => Running): void {
  const refusal = async (query: string, variables: object = {}, viewer = "analyst") => {
    const answer = await fetch(`${running().platform.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-demo-viewer": viewer },
      body: JSON.stringify({ query, variables }),
    });
    const [error] = ((await answer.json()) as { errors: any[] }).errors;
    const { code, field } = error.extensions;
    return { message: error.message as string, code, field };
  };
  const byFilter = "query ($f: PartnershipFilter) { partnerships(first: 1, filter: $f) { nodes { id } } }";

  describe("A refusal", () => {
    it.each([
      [
        `{ partnerships(first: 1, filter: { startsOn: { after: "2024-01-01" } }) { nodes { id } } }`,
        {},
        ORDER,
      ],
      [byFilter, { f: { startsOn: { after: "2024-01-01" } } }, ORDER],
      [byFilter, { f: { not: { name: { like: "a%" } } } }, "eq, in, isNull, contains, startsWith"],
      [`mutation { revokeApiKey(input: { id: "key_1", key: "key_1" }) { id } }`, {}, "Expected one of id."],
    ])(
      "of an operator or a field that there is not lists those that there are: %s %j",
      async (query, variables, listed) => {
        expect((await refusal(query, variables)).message).toContain(listed);
      },
    );

    it.each([
      [
        `{ partnerships(first: 1, filter: { startsOn: { gte: "2024-13-01" } }) { nodes { id } } }`,
        {},
        "startsOn",
      ],
      [
        `{ partnerships(first: 1, filter: { and: [{ startsOn: { in: ["soon"] } }] }) { nodes { id } } }`,
        {},
        "startsOn",
      ],
      [byFilter, { f: { startsOn: { gte: "2024-02-30" } } }, "startsOn"],
      [byFilter, { f: { or: [{ startsOn: { in: ["2024-01-01", "x"] } }] } }, "startsOn"],
      [
        "query ($d: Date) { partnerships(first: 1, filter: { startsOn: { gte: $d } }) { nodes { id } } }",
        { d: "soon" },
        "d",
      ],
      ["query ($n: Int) { partnerships(first: $n) { nodes { id } } }", { n: "two" }, "n"],
    ])("of a bad value names its field: %s %j", async (query, variables, field) => {
      expect(await refusal(query, variables)).toMatchObject({ code: "BAD_USER_INPUT", field });
    });

    it("of a document's id says so, where the server has no trusted documents, too", async () => {
      for (const body of [{ documentId: "sha256:abc" }, { documentId: "abc", query: "{ viewer { id } }" }]) {
        const answer = await fetch(`${running().platform.url}/graphql`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        });
        const { errors } = (await answer.json()) as { errors: any[] };
        expect([answer.status, errors[0].extensions.code]).toEqual([400, "DOCUMENT_NOT_TRUSTED"]);
      }
    });

    it("of the audit log is no empty list", async () => {
      const query = "{ auditLog(first: 1) { nodes { id } } }";
      for (const viewer of ["member", "analyst", "partner"]) {
        expect(await refusal(query, {}, viewer)).toMatchObject({ code: "FORBIDDEN" });
      }
      expect(await refusal(query, {}, "visitor")).toMatchObject({ code: "UNAUTHENTICATED" });
    });

    it("has the page of its code at an absolute address", async () => {
      const url = `${running().platform.url}/graphql`;
      const answer = await fetch(`${url}?query=${encodeURIComponent("{ nothing }")}`);
      const [error] = ((await answer.json()) as { errors: any[] }).errors;
      const page = await fetch(error.extensions.page, { headers: { accept: "text/html" } });
      expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    });
  });
}

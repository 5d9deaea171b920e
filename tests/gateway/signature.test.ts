import { createHmac } from "node:crypto";
import { createViewerVerifier, signViewer } from "../../shared/auth/signature.ts";
import type { Viewer } from "../../shared/auth/viewer.ts";

const SECRET = "a secret of this test, long enough";
const VIEWER: Viewer = { id: "person-1", kind: "PERSON", organisationIds: ["inst_1"], consortia: [] };
const BODY = '{"query":"{ a }"}';

describe("the signature on a viewer", () => {
  const verify = createViewerVerifier(SECRET, "partners");

  it("brings the viewer over", () => {
    expect(verify(signViewer(SECRET, VIEWER, "partners", BODY), BODY)).toEqual(VIEWER);
  });

  it("counts once", () => {
    const header = signViewer(SECRET, VIEWER, "partners", BODY);
    verify(header, BODY);
    expect(() => verify(header, BODY)).toThrow(
      expect.objectContaining({ extensions: { code: "UNAUTHENTICATED" } }),
    );
  });

  it("differs at each attempt", () => {
    const [first, second] = [1, 2].map(() => signViewer(SECRET, VIEWER, "partners", BODY));
    expect(first).not.toBe(second);
  });

  it.each<[string, () => [unknown, string]]>([
    ["for another body", () => [signViewer(SECRET, VIEWER, "partners", BODY), `${BODY} `]],
    ["for another subgraph", () => [signViewer(SECRET, VIEWER, "metrics", BODY), BODY]],
    ["with another secret", () => [signViewer("another", VIEWER, "partners", BODY), BODY]],
    ["that is missing", () => [undefined, BODY]],
    ["that comes twice", () => [[signViewer(SECRET, VIEWER, "partners", BODY)], BODY]],
    ["that is nonsense", () => ["…", BODY]],
    ["that is cut short", () => [signViewer(SECRET, VIEWER, "partners", BODY).slice(0, -1), BODY]],
    [
      "whose viewer was changed",
      () => {
        const [payload, mac] = signViewer(SECRET, VIEWER, "partners", BODY).split(".");
        const claims = JSON.parse(Buffer.from(payload!, "base64url").toString("utf8"));
        const forged = { ...claims, viewer: { ...VIEWER, kind: "SERVICE" } };
        return [`${Buffer.from(JSON.stringify(forged)).toString("base64url")}.${mac}`, BODY];
      },
    ],
  ])("%s is refused", (_, make) => {
    const [header, body] = make();
    expect(() => verify(header, body)).toThrow("Expected a request signed by the gateway");
  });

  it("covers claims; anything else that is signed right is refused like the rest", () => {
    const payload = Buffer.from("no claims").toString("base64url");
    const mac = createHmac("sha256", SECRET).update(payload).digest("base64url");
    expect(() => verify(`${payload}.${mac}`, BODY)).toThrow("Expected a request signed by the gateway");
  });

  it("lasts half a minute", () => {
    const header = signViewer(SECRET, VIEWER, "partners", BODY);
    const clock = jest.spyOn(Date, "now").mockReturnValue(Date.now() + 32_000);
    try {
      expect(() => verify(header, BODY)).toThrow("Expected a request signed by the gateway");
    } finally {
      clock.mockRestore();
    }
  });
});

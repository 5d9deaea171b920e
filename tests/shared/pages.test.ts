import fc from "fast-check";
import sql from "sql-template-tag";
import { decodeCursor, encodeCursor } from "../../shared/data/cursor.ts";
import { planPage } from "../../shared/data/page.ts";
import type { SortKey } from "../../shared/data/page.ts";
import { fold } from "../../shared/data/text.ts";
import { newId, typeOfId } from "../../shared/ids.ts";

const KEYS: SortKey[] = [
  { name: "NAME", expression: sql`name`, direction: "ASC" },
  { name: "ID", expression: sql`id`, direction: "ASC" },
];

describe("A page", () => {
  it.each([
    [{}, 'Expected either "first" or "last", from 1 to 100; got neither.'],
    [{ first: 1, last: 1 }, "got both"],
    [{ first: 0 }, "from 1 to 100; got 0"],
    [{ last: 101 }, "from 1 to 100; got 101"],
    [{ first: 1, before: "x" }, '"after" goes with "first"'],
    [{ first: 1, after: "nonsense" }, "expects a cursor of this list"],
    [{ first: 1, after: encodeCursor("OTHER+ID+", ["a", "b"]) }, "expects a cursor of this list"],
    [{ first: 1, after: encodeCursor("NAME+ID+", ["a"]) }, "expects a cursor of this list"],
    [
      { first: 1, after: Buffer.from('["NAME+ID+",{"$gt":""},"b"]').toString("base64url") },
      "expects a cursor of this list",
    ],
    [{ first: 1, after: "x".repeat(5000) }, "expects a cursor of this list"],
    [{ first: 1, after: encodeCursor("NAME+ID+", ["a", "ä"]) }, "expects a cursor of this list"],
    [{ first: 1, after: encodeCursor("NAME+ID+", ["a", null]) }, "expects a cursor of this list"],
  ])("refuses %j", (request, message) => {
    expect(() => planPage(request, KEYS)).toThrow(message);
  });

  it("compares behind its cursor in a way that an index can follow", () => {
    const { behindCursor, orderBy } = planPage(
      { first: 2, after: encodeCursor("NAME+ID+", ["m", "x"]) },
      KEYS,
    );
    expect(behindCursor.sql).toBe("(name >= ? AND (name > ? OR (name = ? AND id > ?)))");
    expect(orderBy.sql).toBe("name ASC, id ASC");
  });

  it("turns the order around for the last rows", () => {
    const { behindCursor, orderBy } = planPage(
      { last: 2, before: encodeCursor("NAME+ID+", ["m", "x"]) },
      KEYS,
    );
    expect(behindCursor.sql).toBe("(name <= ? AND (name < ? OR (name = ? AND id < ?)))");
    expect(orderBy.sql).toBe("name DESC, id DESC");
  });
});

it("reads back any cursor that it wrote, and never throws anything but its own refusal", () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.constant(null));
  const key = fc.oneof(fc.string({ unit: "grapheme-ascii" }), fc.integer());
  fc.assert(
    fc.property(fc.array(value, { maxLength: 3 }), key, (others, last) => {
      const values = [...others, last];
      expect(decodeCursor(encodeCursor("A+", values), "A+", values.length, "after")).toEqual(values);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        decodeCursor(text, "A+", 1, "after");
      } catch (error) {
        expect(error).toMatchObject({ extensions: { code: "BAD_USER_INPUT", field: "after" } });
      }
    }),
  );
});

describe("Folded text", () => {
  it.each([
    ["Ärzte & Café", "arzte & cafe"],
    ["Straße", "strasse"],
    ["ŁÓDŹ", "lodz"],
    ["  Two   words ", "two words"],
    ["ﬁne Æsthetics", "fine aesthetics"],
  ])("of %s is %s", (text, folded) => expect(fold(text)).toBe(folded));

  it("stays as it is when folded again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => expect(fold(fold(text))).toBe(fold(text))),
    );
  });
});

describe("An id", () => {
  it("tells its type", () => {
    expect(typeOfId(newId("Institution"))).toBe("Institution");
    expect(typeOfId(newId("CodingCourse"))).toBe("CodingCourse");
  });
  it.each([
    "",
    "inst_",
    "inst_1",
    "nope_0198a000-0000-7c1f-890d-040000000003",
    "inst_0198A000-0000-7c1f-890d-040000000003",
  ])("is not %j", (id) => expect(typeOfId(id)).toBeNull());
});

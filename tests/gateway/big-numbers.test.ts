import { WebSocket } from "ws";
import { parseJson, stringifyJson } from "../../gateway/json.ts";
import type { HttpFixture } from "./http.ts";
import { startHttpFixture } from "./http.ts";

const BIG = "12345678901234567890";
const LONG = "1.0000000000000000001";

describe("JSON", () => {
  const roundTrip = (text: string) => stringifyJson(parseJson(text));

  it.each([
    `{"a":${BIG},"b":[-${BIG},${LONG},1e400,-1.5e-400]}`,
    `[[${BIG}],{"a":{"b":${LONG}}}]`,
    `{"t":"a \\" , ${BIG} \\\\","n":${BIG},"u":"\\uE000 ${BIG}"}`.replace("\\uE000", "\uE000"),
    `{"${BIG}":1,"n":${BIG}}`,
    `[9007199254740993]`,
  ])("keeps all digits of %s", (text) => {
    expect(roundTrip(text)).toBe(text);
  });

  it.each([
    [
      "[ 1.50 , 2e3,0.30000000000000004,100000000000000000000 ]",
      "[1.5,2000,0.30000000000000004,100000000000000000000]",
    ],
    [`{"a": ${BIG} , "b" :\n${LONG}\t}`, `{"a":${BIG},"b":${LONG}}`],
    [`{"t":",12345678901234567890]"}`, `{"t":",12345678901234567890]"}`],
  ])("is written as it always is where no digit would be lost: %s", (text, expected) => {
    expect(roundTrip(text)).toBe(expected);
  });

  it("has numbers that a double holds as numbers, and is refused where it is none", () => {
    expect(parseJson(`{"a":[1,0.1,1e21,123456789012345]}`)).toEqual({ a: [1, 0.1, 1e21, 123456789012345] });
    for (const text of [`{"a":${BIG}`, `[${BIG},]`, `{"a":0${BIG}}`, `["${BIG}`, `[${BIG}.]`]) {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    }
  });
});

describe("numbers that a double cannot hold", () => {
  const subgraphs = [
    {
      name: "numbers",
      typeDefs: `
        scalar Big scalar Json
        type Query {
          big: Big json: Json list: [Big!] echo(value: Big, in: In, values: [Big]): Big float(value: Float, id: ID, int: Int): Float
          near: Float id: ID text: String thing: Thing
        }
        input In { value: Big n: Float more: In }
        type Thing @key(fields: "id amount") { id: ID! amount: Big }
      `,
      resolvers: {},
    },
    {
      name: "others",
      typeDefs: `scalar Big type Query { o: Int } type Thing @key(fields: "id amount") { id: ID! amount: Big double: Big }`,
      resolvers: {},
    },
  ];
  /** The last body that was sent to each subgraph. */
  const bodies: Record<string, string> = {};
  let answer = "";
  let running: HttpFixture;
  beforeAll(async () => {
    running = await startHttpFixture(subgraphs, {
      isForeign: true,
      limits: null,
      masksErrors: false,
      sabotage: {
        numbers: (response, _, body) => ((bodies["numbers"] = body), response.end(answer), true),
        others: (response, _, body) => {
          bodies["others"] = body;
          response.end(`{"data":{"_entities":[{"double":${BIG}.5}]}}`);
          return true;
        },
      },
    });
  });
  afterAll(() => running.close());
  const post = async (body: string, headers = {}) => {
    const sent = { method: "POST", headers: { "content-type": "application/json", ...headers }, body };
    return (await fetch(`${running.gateway.url}/graphql`, sent)).text();
  };

  it("keep their digits in answers, in lists and objects, too", async () => {
    answer = `{"data":{"big":${BIG},"json":{"a":[${LONG},"${BIG}"]},"list":[1,-${BIG}]}}`;
    expect(await post(`{"query":"{ big json list }"}`)).toBe(answer);
  });

  it("keep them as a part of a key of an entity", async () => {
    answer = `{"data":{"thing":{"__typename":"Thing","id":"1","amount":${BIG}}}}`;
    expect(await post(`{"query":"{ thing { double } }"}`)).toBe(`{"data":{"thing":{"double":${BIG}.5}}}`);
    expect(bodies["others"]).toContain(`"amount":${BIG}`);
  });

  it("keep them in variables of custom scalars", async () => {
    answer = `{"data":{"echo":1}}`;
    const query = `query($v: Big, $i: In, $l: [Big]) { echo(value: $v, in: $i, values: $l) }`;
    await post(
      `{"query":"${query}","variables":{"v":${BIG},"i":{"value":${LONG},"more":{"value":1e400}},"l":[${BIG}]}}`,
    );
    expect(bodies["numbers"]).toContain(`"v":${BIG}`);
    expect(bodies["numbers"]).toContain(`"i":{"value":${LONG},"more":{"value":1e400}}`);
    expect(bodies["numbers"]).toContain(`"l":[${BIG}]`);
    const search = new URLSearchParams({
      query: `query($v: Big) { echo(value: $v) }`,
      variables: `{"v":-${BIG}}`,
    });
    await fetch(`${running.gateway.url}/graphql?${search.toString()}`);
    expect(bodies["numbers"]).toContain(`"v":-${BIG}`);
  });

  it("keep them where they stand in the document", async () => {
    answer = `{"data":{"echo":1}}`;
    expect(await post(`{"query":"{ echo(value: ${BIG}) }"}`)).toBe(answer);
    expect(bodies["numbers"]).toContain(`value: ${BIG}`);
  });

  it("are the nearest double as a Float, and digits as an ID, in answers and variables", async () => {
    answer = `{"data":{"big":${BIG},"near":${LONG},"id":${BIG},"text":${BIG}}}`;
    expect(JSON.parse(await post(`{"query":"{ big near id text }"}`))).toEqual({
      data: { big: Number(BIG), near: 1, id: BIG, text: String(Number(BIG)) },
    });
    answer = `{"data":{"float":1}}`;
    await post(
      `{"query":"query($f: Float, $i: ID, $b: In) { float(value: $f, id: $i) echo(in: $b) }","variables":{"f":${LONG},"i":${BIG},"b":{"n":${LONG}}}}`,
    );
    const { variables } = JSON.parse(bodies["numbers"]!) as { variables: unknown };
    expect(variables).toEqual({ f: 1, i: BIG, b: { n: 1 } });
    expect(await post(`{"query":"query($n: Int) { float(int: $n) }","variables":{"n":${BIG}}}`)).toContain(
      "Int cannot represent non 32-bit signed integer value",
    );
  });

  it("keep them in a stream of events as well", async () => {
    answer = `{"data":{"big":${BIG}}}`;
    const stream = await post(`{"query":"{ big }"}`, { accept: "text/event-stream" });
    expect(stream).toContain(`data: {"data":{"big":${BIG}}}`);
  });

  it("are no way to send what is no JSON, or a number for a text", async () => {
    expect(await post(`{"query":"{ big }","variables":{"v":${BIG}`)).toContain("BAD_REQUEST");
    expect(await post(`{"query":"{ big }","variables":{"__proto__":{"v":${BIG}}}}`)).toContain("BAD_REQUEST");
    answer = `{"data":{"json":"x ${BIG}","big":"${BIG}"}}`;
    expect(await post(`{"query":"{ json big }"}`)).toBe(answer);
  });

  it("have no way around them over a WebSocket", async () => {
    answer = `{"data":{"big":${BIG}}}`;
    const socket = new WebSocket(
      `${running.gateway.url.replace("http", "ws")}/graphql`,
      "graphql-transport-ws",
    );
    const messages: string[] = [];
    await new Promise<void>((resolve) => {
      socket.on("open", () => socket.send(`{"type":"connection_init"}`));
      socket.on("message", (data: Buffer) => {
        messages.push(data.toString());
        if (messages.length === 1) socket.send(`{"type":"subscribe","id":"1","payload":{"query":"{ big }"}}`);
        if (messages.length === 3) resolve();
      });
    });
    socket.close();
    expect(messages[1]).toContain(`"big":${BIG}`);
  });
});

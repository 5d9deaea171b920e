import { randomBytes } from "node:crypto";
import { SUBGRAPHS } from "../../shared/config.ts";
import { demoWorld } from "../../shared/demo/world.ts";
import { testServer } from "../database.ts";
import type { Service } from "./composition.ts";
import { composeText, readComposition, startOrder } from "./composition.ts";
import { askFlagship, stepsOf } from "./flagship.ts";
import type { Answer, RunningProcess, TestPlatform } from "./processes.ts";
import {
  ask,
  build,
  consortia,
  emptyPlatform,
  freePorts,
  onServer,
  run,
  statusOf,
  stopAll,
  until,
} from "./processes.ts";

const PROCESSES = [...SUBGRAPHS, "gateway"];
const variables = {
  DATABASE_PASSWORD: randomBytes(12).toString("hex"),
  GATEWAY_SECRET: randomBytes(24).toString("hex"),
};
const { services, configs } = readComposition(variables);

describe("docker-compose.yml", () => {
  it("has a database, four subgraphs and a gateway, each with a health check", () => {
    expect(Object.keys(services)).toEqual(expect.arrayContaining(["database", ...PROCESSES]));
    for (const name of ["database", ...PROCESSES]) {
      expect([name, services[name]!.healthcheck?.test[0]]).toEqual([name, "CMD"]);
      expect([name, services[name]!.profiles]).toEqual([name, undefined]);
    }
  });

  it("starts nothing before what it stands on is healthy", () => {
    for (const { depends_on: needs = {} } of Object.values(services)) {
      for (const { condition } of Object.values(needs)) expect(condition).toBe("service_healthy");
    }
    for (const name of SUBGRAPHS) expect(services[name]!.depends_on).toHaveProperty("database");
    expect(Object.keys(services["gateway"]!.depends_on!).sort()).toEqual(["database", ...SUBGRAPHS].sort());
  });

  it("publishes the gateway and nothing else", () => {
    const published = Object.entries(services).filter(([, { ports }]) => ports);
    expect(published.map(([name, { ports }]) => [name, ports])).toEqual([["gateway", ["4000:4000"]]]);
  });

  it("has no secret in it and does not go without one", () => {
    for (const missing of Object.keys(variables)) {
      expect(() => readComposition({ ...variables, [missing]: "" })).toThrow(`${missing} is missing`);
    }
    for (const line of composeText
      .split("\n")
      .filter((each) => /(PASSWORD|SECRET|DATABASE_URL):/.test(each))) {
      expect(line).toMatch(/\$\{\w+:\?|RANDOM_ROOT_PASSWORD/);
    }
  });
});

describe("the processes of docker-compose.yml", () => {
  const running = new Map<string, RunningProcess>();
  let platform: TestPlatform;
  let whole: TestPlatform;
  let endpoints: Record<string, string>;
  let substitute: (text: string) => string;
  let expected: Answer;
  let user: string | null = null;

  /** A service's environment, with this machine in the place of the others. */
  const environmentOf = ({ environment }: Service) => {
    const env = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [name, substitute(String(value))]),
    );
    if (env["PORT"]) env["PORT"] = new URL(substitute(`http://127.0.0.1:${env["PORT"]}`)).port;
    // Without a server each process keeps its part in a file, and all else is the same.
    if (!testServer) {
      delete env["DATABASE_URL"];
      Object.assign(env, platform.env);
    }
    return env;
  };

  const startService = (name: string) => {
    const [, ...args] = services[name]!.command!;
    running.set(name, run([process.execPath, ...args], environmentOf(services[name]!)));
  };

  const isHealthy = async (name: string) => {
    const [, , ...args] = services[name]!.healthcheck!.test;
    const check = run([process.execPath, ...args.map(substitute)]);
    return (await check.ended).code === 0;
  };

  beforeAll(async () => {
    await build();
    const ports = await freePorts(PROCESSES.length);
    const moved = PROCESSES.map(
      (name, index) => [name, services[name]!.environment["PORT"], ports[index]] as const,
    );
    [platform, whole] = [emptyPlatform(), emptyPlatform()];
    const server = platform.env["DATABASE_URL"] ? new URL(platform.env["DATABASE_URL"]) : null;
    const schema = server?.pathname.slice(1) ?? "consortia";
    const addresses = new Map(
      moved.flatMap(([name, from, to]) => [name, "127.0.0.1"].map((host) => [`${host}:${from}`, to])),
    );
    substitute = (text) =>
      text
        .replace("database:3306/consortia", `${server?.host}/${schema}`)
        .replace("mysql://consortia:", `mysql://${schema}:`)
        .replace(/http:\/\/([\w.]+:\d+)/g, (all, host: string) => {
          const port = addresses.get(host);
          return port ? `http://127.0.0.1:${port}` : all;
        });
    endpoints = Object.fromEntries(moved.map(([name, , port]) => [name, `http://127.0.0.1:${port}/graphql`]));

    if (server) {
      // The user as the database's image makes it, with the rights that the file gives it and no others.
      user = `'${schema}'@'${server.hostname}'`;
      await onServer(`CREATE USER ${user} IDENTIFIED BY '${variables.DATABASE_PASSWORD}'`);
      const { content } = configs[services["database"]!.configs![0]!.source]!;
      await onServer(
        content.replace("'consortia'@'%'", user).replace("`consortia\\_%`", `\`${schema}\\_%\``),
      );
    }

    const [one] = await Promise.all([startWhole(whole), loadDemo()]);
    expected = await askFlagship(one.endpoint);
    await one.process.stop();
    for (const name of startOrder(services).filter((each) => PROCESSES.includes(each))) {
      startService(name);
      await untilHealthy(name);
    }
  }, 180_000);

  const untilHealthy = (name: string) =>
    until(`${name} is healthy`, () => {
      const { isRunning, stderr } = running.get(name)!;
      if (!isRunning) throw new Error(`${name} has ended: ${stderr}`);
      return isHealthy(name);
    });

  const loadDemo = async () => {
    const [, ...args] = services["demo"]!.command!;
    const loading = run([process.execPath, ...args], environmentOf(services["demo"]!));
    const { code } = await loading.ended;
    if (code !== 0) throw new Error(`The demo network was not loaded:\n${loading.stderr}`);
  };

  afterAll(async () => {
    await stopAll();
    if (user) await onServer(`DROP USER IF EXISTS ${user}`);
    await Promise.all([platform?.drop(), whole?.drop()]);
  });

  it("answer as the platform in one process does", async () => {
    const steps = stepsOf(expected);
    for (const found of Object.values(steps)) expect(found).not.toHaveLength(0);
    expect(await askFlagship(endpoints["gateway"]!)).toEqual(expected);
  });

  it("follow each other's feeds, so that what hangs on public partnerships shows to a visitor", async () => {
    const publicPartnerships = new Set(
      [...demoWorld().partnerships()].flatMap(({ id, visibility }) => (visibility === "PUBLIC" ? [id] : [])),
    );
    const visible = [...demoWorld().programs()].filter(({ partnership }) =>
      publicPartnerships.has(partnership.id),
    );
    const { data } = await ask(
      endpoints["gateway"]!,
      "{ partnerships(first: 1) { totalCount } programs(first: 1) { totalCount } }",
    );
    expect(data.partnerships.totalCount).toBe(publicPartnerships.size);
    expect(data.programs.totalCount).toBe(visible.length);
  });

  it.each(SUBGRAPHS)("let nobody ask %s past the gateway", async (name) => {
    const endpoint = endpoints[name]!;
    for (const query of [
      "{ __typename }",
      "{ _service { sdl } }",
      '{ _entities(representations: [{ __typename: "Institution", id: "inst_1" }]) { __typename } }',
    ]) {
      const forged: Record<string, string>[] = [
        {},
        { "x-consortia-viewer": "e30.e30" },
        { "x-consortia-viewer": "." },
      ];
      for (const headers of forged) {
        const response = await fetch(endpoint, {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: JSON.stringify({ query }),
        });
        expect(response.status).toBe(401);
        const answer = (await response.json()) as Answer;
        expect(answer).not.toHaveProperty("data");
        expect(answer.errors?.map(({ extensions }) => extensions?.code)).toEqual(["UNAUTHENTICATED"]);
      }
    }
    expect(await statusOf(new URL("/feed?after=0", endpoint).href)).toBe(401);
  });

  describe("when metrics is killed", () => {
    const PARTIAL = `query ($id: ID!) {
      known: partnership(id: $id) { id name parties { party { ... on Institution { id } } } }
      watched: partnership(id: $id) { id figures(first: 1) { totalCount } }
    }`;
    let id: string;
    beforeAll(async () => {
      id = stepsOf(expected).partnerships[0]!.id;
      expect(await running.get("metrics")!.stop("SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
    });

    it("answer with what the others have, and say what cannot be reached", async () => {
      const { data, errors } = await ask(endpoints["gateway"]!, PARTIAL, { variables: { id } });
      const { name } = stepsOf(expected).partnerships[0]!;
      expect(data.known).toMatchObject({ id, name, parties: expect.arrayContaining([expect.anything()]) });
      expect(data.watched).toEqual({ id, figures: null });
      expect(errors).toEqual([
        {
          message: expect.any(String),
          path: ["watched", "figures"],
          extensions: expect.objectContaining({ code: "UNAVAILABLE" }),
        },
      ]);
    });

    it("say so of every field that misses something, and nothing of addresses", async () => {
      const { data, errors = [] } = await askFlagship(endpoints["gateway"]!);
      const rest = structuredClone(expected.data);
      for (const { programs } of rest.institutions.nodes.flatMap((each: any) => each.partnerships.nodes)) {
        for (const program of programs.nodes) program.figures = null;
      }
      expect(data).toEqual(rest);
      const paths = expected.data.institutions.nodes.flatMap((institution: any, i: number) =>
        institution.partnerships.nodes.flatMap((partnership: any, j: number) =>
          partnership.programs.nodes.map((_: unknown, k: number) =>
            ["institutions", "nodes", i, "partnerships", "nodes", j, "programs", "nodes", k, "figures"].join(
              ".",
            ),
          ),
        ),
      );
      expect(errors.map(({ path }) => path!.join(".")).sort()).toEqual(paths.sort());
      expect(new Set(errors.map(({ extensions }) => extensions?.code))).toEqual(new Set(["UNAVAILABLE"]));
      // The page on the code is at the address that the client itself has used.
      const said = JSON.stringify(errors, (key, value: unknown) => (key === "page" ? undefined : value));
      expect(said).not.toMatch(/metrics|127\.0\.0\.1|localhost|ECONN/i);
    });

    it("are not healthy", async () => {
      expect(await statusOf(new URL("/health", endpoints["gateway"]).href)).toBe(503);
      expect(await isHealthy("metrics")).toBe(false);
      expect(await isHealthy("gateway")).toBe(false);
      expect(await isHealthy("programs")).toBe(true);
    });

    it("answer whole again once it is back", async () => {
      startService("metrics");
      await untilHealthy("gateway");
      expect(await askFlagship(endpoints["gateway"]!)).toEqual(expected);
    });
  });

  it("stop when they are told to, with exit code 0", async () => {
    const ends = await Promise.all([...running.values()].map((each) => each.stop()));
    expect(ends).toEqual(ends.map(() => ({ code: 0, signal: null })));
  });
});

/** The platform in one process, with a demo network of its own. */
async function startWhole({ env }: TestPlatform): Promise<{ process: RunningProcess; endpoint: string }> {
  const process = consortia(["start"], { PORT: "0", ...env });
  const [, endpoint] = await process.line(/Graph\s+(http\S+)/);
  return { process, endpoint: endpoint! };
}

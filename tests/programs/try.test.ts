import { buildFederatedSchema } from "../../shared/graphql/subgraph.ts";
import { programs } from "../../subgraphs/programs/subgraph.ts";
it("x", () => { const s = buildFederatedSchema(programs); console.log(s.sdl); });

import type { Viewer } from "../../../shared/auth/viewer.ts";
import type { Shown, TypeRule } from "./sees.ts";
import { RULES } from "./rules.ts";
import type { World } from "./world.ts";

/** In the place of what somebody may not see, until it is known what stands there instead. */
const HIDDEN = Symbol("hidden");

type Value = unknown;

/**
 * What a viewer must be answered, made of what somebody was answered who sees everything: without the records, and
 * with nothing or something else in the fields, that the rules keep from them.
 */
export class Expectation {
  constructor(
    private readonly viewer: Viewer,
    private readonly world: World,
  ) {}

  /** What stands where one thing does: null where the viewer may not see it. */
  one(value: Value, above: Shown = {}): Value {
    const kept = this.keep(value, above);
    return kept === HIDDEN ? null : kept;
  }

  private keep(value: Value, above: Shown): Value {
    if (Array.isArray(value))
      return value.map((each) => this.keep(each, above)).filter((each) => each !== HIDDEN);
    if (value === null || typeof value !== "object") return value;
    const shown = value as Shown;
    const type = shown["__typename"] as string;
    if (type === "PageInfo") return shown;
    if (type.endsWith("Edge")) return this.edge(shown, above);
    if (type.endsWith("Connection")) return this.connection(shown, above);
    const rule = RULES[type];
    if (!rule) throw new Error(`Nothing says who sees a ${type}.`);
    return this.record(shown, above, rule);
  }

  private record(shown: Shown, above: Shown, rule: TypeRule): Value {
    const row = rule.row ? rule.row(shown, above, this.world) : this.world.rowOf(shown);
    if (!row) throw new Error(`There is no row of ${JSON.stringify(shown)}.`);
    const sees = (rowRule: TypeRule["sees"]) => rowRule(row, this.viewer, this.world);
    if (!sees(rule.sees)) return HIDDEN;
    const kept: Record<string, Value> = {};
    for (const [name, value] of Object.entries(shown)) {
      const guard = rule.guarded?.[name];
      if (guard && !sees(guard.sees))
        kept[name] = guard.instead ? guard.instead(value, row, this.viewer, this.world) : null;
      else kept[name] = this.one(value, shown);
    }
    return kept;
  }

  private edge(shown: Shown, above: Shown): Value {
    const node = this.keep(shown["node"], above);
    return node === HIDDEN ? HIDDEN : { ...shown, node };
  }

  /** The page that is left, as if the hidden rows were not there at all. */
  private connection(shown: Shown, above: Shown): Value {
    const edges = this.keep(shown["edges"], above) as Shown[];
    const { pageInfo } = shown;
    if (pageInfo.hasNextPage || pageInfo.hasPreviousPage) {
      throw new Error(`A list is longer than a page: ${JSON.stringify(above).slice(0, 200)}.`);
    }
    return {
      ...shown,
      nodes: edges.map(({ node }) => node),
      edges,
      totalCount: edges.length,
      pageInfo: {
        ...pageInfo,
        startCursor: edges[0]?.["cursor"] ?? null,
        endCursor: edges.at(-1)?.["cursor"] ?? null,
      },
    };
  }
}

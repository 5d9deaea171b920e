import type { GraphQLField, GraphQLNamedType, GraphQLObjectType, GraphQLSchema } from "graphql";
import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
} from "graphql";

/** How many records one question is asked of, and how many a list shows at most. */
export const AT_ONCE = 100;
/** How many records are looked up one by one. */
export const LOOKED_UP = 12;

/** One way to a field: from a list at the root, from a record by its id, or from a field of a record. */
export interface Question {
  /** As in `Partnership.programs` or `Query.partnership(id)`. */
  readonly path: string;
  /** The field at the root that answers. */
  readonly root: string;
  readonly kind: "LIST" | "RECORDS" | "LOOKUP";
  /** The types of the records that it is asked of or finds. */
  readonly types: readonly string[];
  /** The field by whose value a record is looked up. */
  readonly by?: string;
  /** The document, or for lookups what is asked of each record. */
  readonly text: string;
}

/** Fields at the root that tell callers of themselves only; `tests/graph/access` and `tests/platform` ask them. */
const OF_THE_CALLER: readonly string[] = ["viewer", "rateLimit"];

/** Types that tell callers of themselves, or that only a mutation or a described likeness is answered with. */
const CALLERS_TYPES: readonly string[] = [
  "RateLimit",
  "Viewer",
  "ViewerMembership",
  "Credential",
  "IssuedApiKey",
  "PartnerOrganizationCandidate",
];

const WRAPPER = /(Connection|Edge|^PageInfo)$/;
const OPERATIONS = new Set(["Query", "Mutation", "Subscription"]);

/** The types of the API whose records or parts somebody may or may not see. */
export function recordTypes(schema: GraphQLSchema): GraphQLObjectType[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith("__") && !OPERATIONS.has(name) && !WRAPPER.test(name))
    .filter(({ name }) => !CALLERS_TYPES.includes(name));
}

/** Every question that the schema lets ask of records, so that each field is met on each path that leads to it. */
export class Questions {
  constructor(private readonly schema: GraphQLSchema) {}

  /** All of them; the ids of records are variables. */
  all(): Question[] {
    return [...this.ofRoot(), ...this.ofRecords()];
  }

  private ofRoot(): Question[] {
    return Object.values(this.schema.getQueryType()!.getFields()).flatMap((field): Question[] => {
      const { name: root } = field;
      if (OF_THE_CALLER.includes(root) || root === "nodes") return [];
      const type = getNamedType(field.type);
      if (type.name.endsWith("Connection")) {
        const text = `query($after: String) { ${root}(first: ${AT_ONCE}, after: $after) ${this.selection(type, true)} }`;
        return [{ path: `Query.${root}`, root, kind: "LIST", types: [], text }];
      }
      const types = this.objectsOf(type).map(({ name }) => name);
      return field.args
        .filter((arg) => getNamedType(arg.type).name === "ID" && !/^\[/.test(String(arg.type)))
        .map(({ name: by }) => ({
          path: `Query.${root}(${by})`,
          root,
          kind: "LOOKUP",
          types,
          by,
          text: `${root}(${by}: %) ${this.selection(type, true)}`,
        }));
    });
  }

  private ofRecords(): Question[] {
    return this.objectsOf(this.schema.getType("Node")!).flatMap((type) => {
      const ask = (path: string, selection: string): Question => ({
        path,
        root: "nodes",
        kind: "RECORDS",
        types: [type.name],
        text: `query($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on ${type.name} { id ${selection} } } }`,
      });
      const fields = Object.values(type.getFields());
      const leaves = fields.filter((field) => !isCompositeType(getNamedType(field.type)));
      return [
        ask(type.name, leaves.map(({ name }) => name).join(" ")),
        // A subgraph can name a record of another one without asking it, as long as nothing but its id is wanted.
        ask(
          `${type.name}.*.id`,
          fields
            .filter((field) => !leaves.includes(field))
            .map((field) => this.field(field, false))
            .join(" "),
        ),
        ...fields
          .filter((field) => !leaves.includes(field))
          .map((field) => ask(`${type.name}.${field.name}`, this.field(field, true))),
      ];
    });
  }

  /** A field with all that it leads to: of a record its own values, of what has no id everything. */
  private field({ name, type, args }: GraphQLField<unknown, unknown>, isAsked: boolean): string {
    const needed = args.filter(isRequiredArgument);
    if (needed.length > 0) throw new Error(`${name} needs ${needed.map((arg) => arg.name).join()}.`);
    const size = args.some((arg) => arg.name === "first") ? `(first: ${AT_ONCE})` : "";
    const named = getNamedType(type);
    return `${name}${size} ${isCompositeType(named) ? this.selection(named, isAsked) : ""}`;
  }

  private selection(type: GraphQLNamedType, isAsked: boolean): string {
    // Of any record at all only its id: fields of one name differ between the types.
    if (type.name === "Node" && isAsked) return this.selection(type, false);
    if (isAbstractType(type)) {
      // The interface's own fields too: they are another path than the same fields of its types.
      const own = isInterfaceType(type) ? this.fieldsOf(type, isAsked) : "";
      const each = this.objectsOf(type).map(
        (member) => `... on ${member.name} ${this.selection(member, isAsked)}`,
      );
      return `{ __typename ${own} ${each.join(" ")} }`;
    }
    if (!isObjectType(type)) throw new Error(`Nothing can be selected of ${type.name}.`);
    if (type.name === "PageInfo") return "{ hasNextPage hasPreviousPage startCursor endCursor }";
    return `{ __typename ${this.fieldsOf(type, isAsked)} }`;
  }

  /** Of a wrapper and of what has no id, everything; of a record its values where it is asked for, else its id. */
  private fieldsOf(
    type: { readonly name: string; getFields(): Record<string, GraphQLField<unknown, unknown>> },
    isAsked: boolean,
  ): string {
    const fields = Object.values(type.getFields());
    if (WRAPPER.test(type.name)) return fields.map((field) => this.field(field, isAsked)).join(" ");
    if (this.isNode(type.name)) {
      const leaves = fields.filter((field) => !isCompositeType(getNamedType(field.type)));
      return isAsked ? leaves.map(({ name }) => name).join(" ") : "id";
    }
    return fields.map((field) => this.field(field, false)).join(" ");
  }

  private isNode(name: string): boolean {
    return (
      name === "Node" ||
      name === "Program" ||
      this.objectsOf(this.schema.getType("Node")!).some((type) => type.name === name)
    );
  }

  private objectsOf(type: GraphQLNamedType): readonly GraphQLObjectType[] {
    if (isAbstractType(type)) return this.schema.getPossibleTypes(type);
    return isObjectType(type) ? [type] : [];
  }
}

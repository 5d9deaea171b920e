import type { ASTVisitor, DocumentNode, ValidationContext } from "graphql";
import { GraphQLError, NoSchemaIntrospectionCustomRule, specifiedRules, validate } from "graphql";
import { LRUCache } from "lru-cache";
import type { Graph } from "../graph.ts";
import { createAdmission, parseText } from "../limits/admission.ts";
import type { Limits } from "../limits/limits.ts";
import { withExpectedFields } from "./expected-fields.ts";

/**
 * Most documents that are kept, and most characters of their texts. What is made of an operation (its document, plan and
 * projection here, its part in each subgraph) takes about 200 bytes for each character that the client wrote.
 */
const KEPT = { max: 2_000, maxSize: 1_000_000 };

/** What somebody is told of the schema by what is refused. */
export interface Openness {
  /** Whether `__schema` and `__type` may be asked. */
  readonly mayIntrospect: boolean;
  /** Whether a refusal may say which name was perhaps meant. */
  readonly maySuggest: boolean;
}

/** Turns a query's text into a document that is valid on a graph, or throws what is wrong with it. */
export type Documents = (graph: Graph, text: string, openness: Openness) => DocumentNode;

/** Why a document is no good, in as many errors as the validation found. */
export class InvalidDocument extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super("The document is not valid.");
  }
}

/**
 * Makes what turns texts into documents. Limits are applied before anything is validated; what was valid once is
 * valid as long as its graph is.
 */
export function createDocuments(limits: Limits | null): Documents {
  const admit = limits ? createAdmission(limits) : parseText;
  const kept = new WeakMap<Graph, LRUCache<string, DocumentNode>>();
  return (graph, text, { mayIntrospect, maySuggest }) => {
    let documents = kept.get(graph);
    if (!documents) {
      documents = new LRUCache({ ...KEPT, sizeCalculation: (_, key) => key.length + 1 });
      kept.set(graph, documents);
    }
    // What a stranger may not ask is valid for somebody else.
    const key = mayIntrospect ? text : `\0${text}`;
    let document = documents.get(key);
    if (document) return document;
    document = admit(text);
    const rules = mayIntrospect ? RULES : [...RULES, NoSchemaIntrospectionCustomRule];
    const errors = validate(graph.apiSchema, document, rules, { hideSuggestions: !maySuggest });
    if (errors.length > 0) {
      for (const error of errors) {
        error.extensions["code"] = "GRAPHQL_VALIDATION_FAILED";
        if (maySuggest) error.message = withExpectedFields(error.message, graph.apiSchema);
      }
      throw new InvalidDocument(errors);
    }
    documents.set(key, document);
    return document;
  };
}

/** Without it anything is valid in an operation of a kind that the graph has none of; graphql-js 17 has this rule. */
function KnownOperationTypesRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node) {
      if (context.getSchema().getRootType(node.operation)) return;
      context.reportError(new GraphQLError(`There is no ${node.operation} in this graph.`, { nodes: node }));
    },
  };
}

const RULES = [...specifiedRules, KnownOperationTypesRule];

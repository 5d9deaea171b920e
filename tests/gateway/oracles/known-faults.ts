/** What an oracle does wrong, by fixture and case, with what the specifications say of it. */
export type KnownFaults = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A case of which nothing can be said because the oracle fails at something else that stands in its fixture. */
const CONSTRUCTOR =
  "It answers nothing at all where a type has a field called `constructor`; GraphQL lets any name be a field's.";

const HIDDEN = "What an owner answers null for is null: a reference alone is no entity that anybody may see.";
const PROMISED = "A null where the schema promises something takes its parent along (GraphQL, 6.4.4).";
const RESPONSE_KEYS =
  "A client may call any field by any name that is free in its selection: what the plan fetches for itself must not be in its way.";
const EXCLUSIVE =
  "Types that exclude each other may have one key for different fields and arguments (GraphQL, 5.3.2), whatever they meet in.";
const CONDITIONS = "What @skip and @include leave out is not there, and cannot contradict what is.";
const REQUIRED =
  "What a field requires is what its owner has said: null is a value, an error is somebody's to hear of.";
const CONCRETE =
  "A fragment goes by the concrete type of an object, which its owner knows and has to be asked for.";
const MEMBER = "A fragment on a union applies to every member of it, whichever subgraph says that it is one.";

/** Of @apollo/gateway 2.14. */
export const APOLLO_FAULTS: KnownFaults = {
  "federation's directives": {
    "@requires with different arguments for one field, and the client's own": RESPONSE_KEYS,
    "@requires while the client uses the required name for something else": RESPONSE_KEYS,
    "@requires of what fails says so at the object, not at the planner's own name for it": REQUIRED,
  },
  "an entity interface to which another subgraph adds fields": {
    "says so where a hidden program must not be null": PROMISED,
  },
  "a union over two subgraphs": {
    "carries a hidden member's null as far as it must, with one error": PROMISED,
  },
  "a union of which one subgraph knows a part": {
    "takes a fragment on the union where a member stands by itself": MEMBER,
  },
  "equal keys under types that exclude each other": {
    "a mutation": EXCLUSIVE,
    "an alias that is another field's name, which the other type asks for itself": EXCLUSIVE,
    "one alias for two fields of an entity": EXCLUSIVE,
    "one field with two arguments": EXCLUSIVE,
    "the errors of each at its own place": EXCLUSIVE,
    "the same inside fragments, by variables, one level further down": EXCLUSIVE,
    "variables that are called as plans call theirs": "A client may call its variables as it likes.",
  },
  "requirements with arguments, and inside each other": {
    "a required argument beside another of the client's": RESPONSE_KEYS,
    "a required argument beside none of the client's": RESPONSE_KEYS,
    "a required field without its arguments beside the client's with some": RESPONSE_KEYS,
    "a requirement of what requires with arguments": RESPONSE_KEYS,
    "the same with a third subgraph's field": RESPONSE_KEYS,
  },
  "aliases and conditions beside what a plan fetches for itself": {
    "a key of another subgraph's": RESPONSE_KEYS,
    "a type's name": RESPONSE_KEYS,
    "requirements of which a condition leaves out one": CONDITIONS,
    "requirements that would contradict each other, if a condition did not leave out one": CONDITIONS,
  },
};

/**
 * Fixtures over which the planner of Hive Gateway aborts the process when it is given what the client has sent: equal
 * keys for different things under types that exclude each other, and required fields with arguments.
 */
export const HIVE_ABORTS: ReadonlySet<string> = new Set([
  "equal keys under types that exclude each other",
  "requirements with arguments, and inside each other",
]);

/** Of the runtime of Hive Gateway. */
export const HIVE_FAULTS: KnownFaults = {
  "federation's directives": {
    "@requires brings what another subgraph knows, null included": REQUIRED,
    "@requires of what itself requires something": REQUIRED,
    "@requires of what fails says so at the object, not at the planner's own name for it": REQUIRED,
  },
  "an entity interface to which another subgraph adds fields": {
    "finds the concrete type of a reference, and null for one that its owner doesn't show": CONCRETE,
    "says so where a hidden program must not be null": PROMISED,
  },
  "an entity behind which an interface object stands": {
    "decides on a fragment by the concrete type where nothing else is asked for": CONCRETE,
    "decides on a named fragment by the concrete type where only the interface object is asked otherwise":
      CONCRETE,
  },
  "a union over two subgraphs": {
    "carries a hidden member's null as far as it must, with one error": PROMISED,
    "fetches the fields of a member that the union's owner knows by key": HIDDEN,
    "leaves a hidden member out of a list that may hold null, without an error": HIDDEN,
  },
  "a union of which one subgraph knows a part": {
    "takes a fragment on the union where a member stands by itself": MEMBER,
  },
  "what a client may select": {
    "a union's members, and an interface inside a union": CONSTRUCTOR,
    "fields and aliases that every JavaScript object inherits": CONSTRUCTOR,
    "fragments on interfaces and types, one inside another": CONSTRUCTOR,
    "names alone, inside a fragment": CONSTRUCTOR,
    "names at the top": CONSTRUCTOR,
    "nothing at all, where all is skipped": CONSTRUCTOR,
    "one fragment at two places, with more selected at one of them": CONSTRUCTOR,
    "the same, the other way round": CONSTRUCTOR,
    "the schema beside data, inside fragments too": CONSTRUCTOR,
    "what @skip and @include leave of other subgraphs' fields": CONSTRUCTOR,
    "what @skip and @include leave, on fields and fragments, by variables and literals": CONSTRUCTOR,
  },
  "aliases and conditions beside what a plan fetches for itself": {
    "a key of another subgraph's": RESPONSE_KEYS,
    "a type's name": RESPONSE_KEYS,
    "a variable that only the schema's fields use": "The schema's fields are the gateway's own to answer.",
    "requirements that would contradict each other, if a condition did not leave out one": CONDITIONS,
  },
  "nulls and errors": {
    "go to the top where nothing on the way may be null": PROMISED,
    "go up through lists that promise their items": PROMISED,
  },
  "mutations over several subgraphs": {
    "run in order, each complete before the next begins":
      "A mutation's fields run one after the other, each with all that hangs on it (GraphQL, 6.2.2).",
  },
};

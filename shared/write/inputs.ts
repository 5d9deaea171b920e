import type { ClassType } from "type-graphql";
import { Field, getMetadataStorage, ID, InputType, Int } from "type-graphql";
import { isDeclaredFor } from "../data/entity.ts";
import { IDEMPOTENCY_KEY_LENGTH, REASON_LENGTH } from "./tables.ts";

const REASON = `Why, for the history; at most ${REASON_LENGTH} characters.`;

/** The fields that all inputs of creating mutations share. */
@InputType()
export abstract class NewRecordInput {
  @Field(() => String, {
    nullable: true,
    description: `Makes a retry safe: for seven days the same key and input answer with the record that the first request has created, and another input is a CONFLICT. 1 to ${IDEMPOTENCY_KEY_LENGTH} printable ASCII characters.`,
  })
  idempotencyKey?: string | null;

  @Field(() => String, { nullable: true, description: REASON })
  reason?: string | null;
}

/** The fields that all inputs of changing mutations share. */
@InputType()
export abstract class ChangedRecordInput {
  @Field(() => ID, { description: "The record to change." })
  id!: string;

  @Field(() => Int, {
    description:
      "The version of the record that the change was made on. A CONFLICT, which tells the present one in `extensions.version`, when somebody has changed the record since.",
  })
  version!: number;

  @Field(() => String, { nullable: true, description: REASON })
  reason?: string | null;
}

/** Which of an entity's fields an input has: those it must be given, and those it may be given. */
interface InputFields<R, O> {
  readonly required?: readonly R[];
  readonly optional?: readonly O[];
}

/** An abstract input type with the fields of a base and some of an entity's, which keep their types and descriptions. */
function inputOf<
  T extends object,
  Base extends object,
  R extends keyof T & string,
  O extends keyof T & string,
>(
  entity: ClassType<T>,
  base: abstract new () => Base,
  { required = [], optional = [] }: InputFields<R, O>,
): abstract new () => Base & Pick<T, R> & { [Key in O]?: T[Key] | null } {
  abstract class Input extends (base as abstract new () => object) {}
  InputType()(Input);
  const { fields } = getMetadataStorage();
  for (const name of [...required, ...optional]) {
    const field = fields.find((each) => isDeclaredFor(entity, each.target) && each.name === name);
    if (!field) throw new Error(`${entity.name} has no API field "${name}" for an input.`);
    // Whether it is a list is only known once its type has been asked for.
    const item = field.getType();
    const type = () => (field.typeOptions.array ? [item] : item);
    const nullable = !(required as readonly string[]).includes(name);
    Field(type as () => ClassType, { nullable, description: field.description ?? "" })(Input.prototype, name);
  }
  return Input as never;
}

/** The fields of a mutation's input that creates a record of an entity. */
export const newInputOf = <T extends object, R extends keyof T & string, O extends keyof T & string>(
  entity: ClassType<T>,
  fields: InputFields<R, O>,
) => inputOf(entity, NewRecordInput, fields);

/** The fields of a mutation's input that changes a record of an entity; those left out stay as they are. */
export const changeInputOf = <T extends object, O extends keyof T & string>(
  entity: ClassType<T>,
  fields: InputFields<never, O>,
) => inputOf(entity, ChangedRecordInput, fields);

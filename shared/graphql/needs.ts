import { Extensions } from "type-graphql";

/**
 * Names the properties that a field resolver reads of its row, so that they are selected when the field is asked
 * for. A row holds nothing else but what is asked for.
 */
export const Needs = (...properties: string[]): MethodDecorator => Extensions({ needs: properties });

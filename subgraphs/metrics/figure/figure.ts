import { Directive, Field, Float, Int, ObjectType, registerEnumType } from "type-graphql";
import { connectionOf } from "../../../shared/graphql/connection.ts";
import { CellState } from "../disclosure/cell.ts";
import type { ProtectedCell } from "../disclosure/cell.ts";
import type { FigureKey } from "./figure.seal.ts";

registerEnumType(CellState, {
  name: "CellState",
  description: "What a cell says.",
  valuesConfig: {
    VALUE: { description: "`value` is the figure." },
    ZERO: { description: "The figure is zero: nobody and nothing was there to count." },
    NOT_APPLICABLE: { description: "There is no figure, because there was nobody to measure." },
    NOT_REPORTED: { description: "No figure was reported." },
    SUPPRESSED_PRIMARY: {
      description: "Hidden, because so few people stand behind it that it could tell of one.",
    },
    SUPPRESSED_COMPLEMENTARY: { description: "Hidden, because another hidden figure would follow from it." },
    RANGE: { description: "The figure lies between `low` and `high`; it is not told more exactly." },
  },
});

@ObjectType("Cell", { description: "A figure's value as it may be shown." })
export class Cell implements ProtectedCell {
  @Field(() => CellState, { description: "What the cell says." })
  state!: CellState;

  @Field(() => Float, {
    nullable: true,
    description:
      "The value in the indicator's unit, shares rounded to whole percents; null unless VALUE or ZERO.",
  })
  value!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: "How many people were measured; null when hidden or not reported.",
  })
  n!: number | null;

  @Field(() => Float, { nullable: true, description: "Lower end of a RANGE; null otherwise." })
  low!: number | null;

  @Field(() => Float, { nullable: true, description: "Upper end of a RANGE; null otherwise." })
  high!: number | null;
}

@ObjectType("RawFigure", { description: "What was reported for a figure, unprotected." })
export class RawFigure {
  @Field(() => Float, {
    nullable: true,
    description: "The value in the indicator's unit; null when none was reported or nobody was measured.",
  })
  value!: number | null;

  @Field(() => Int, { nullable: true, description: "How many people were measured; null when not reported." })
  n!: number | null;

  @Field(() => Float, { nullable: true, description: "The numerator; null where the indicator has none." })
  x!: number | null;
}

/** Made of an observation, of which it shows nothing as it is but to its own; every field is a resolver's. */
@Directive('@key(fields: "id")')
@ObjectType("Figure", {
  description:
    "What an indicator says of an institution, a partnership or a program, in a period, for a group of students.",
})
export class Figure {}

/** The observation that stands behind a figure, with the columns that were asked for. */
export interface FigureRow extends FigureKey {
  readonly n: number | null;
  readonly x: number | null;
  readonly value: number | null;
  /** 1 where it is the viewer's own institution's and theirs to see as it was reported; null otherwise. */
  readonly isOwn: 1 | null;
}

export const FigureConnection = connectionOf("Figure", () => Figure);

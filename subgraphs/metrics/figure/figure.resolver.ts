import type { GraphQLResolveInfo } from "graphql";
import { Ctx, FieldResolver, ID, Info, Resolver, Root } from "type-graphql";
import type { SubgraphContext } from "../../../shared/data/loaders.ts";
import { loadRecord } from "../../../shared/data/loaders.ts";
import { Needs } from "../../../shared/graphql/needs.ts";
import { indicators } from "../indicator/indicator.list.ts";
import { Indicator } from "../indicator/indicator.ts";
import { Institution } from "../institution/institution.stub.ts";
import { Partnership } from "../partnership/partnership.stub.ts";
import { periods } from "../period/period.list.ts";
import { Period } from "../period/period.ts";
import { Program } from "../program/program.stub.ts";
import { studentGroups } from "../student-group/student-group.list.ts";
import { ALL_STUDENTS, StudentGroup } from "../student-group/student-group.ts";
import { subjects } from "../subject/subject.list.ts";
import type { Subject } from "../subject/subject.ts";
import { SubjectKind } from "../subject/subject.ts";
import { cellOfFigure } from "./figure.cell.ts";
import { sealOf } from "./figure.seal.ts";
import type { FigureRow } from "./figure.ts";
import { Cell, Figure, RawFigure } from "./figure.ts";

@Resolver(() => Figure)
export class FigureResolver {
  @Needs("subjectNo", "indicatorNo", "periodNo", "groupNo")
  @FieldResolver(() => ID, {
    description:
      "Its id, which it keeps when it is corrected: of a subject, an indicator, a period and a group.",
  })
  async id(@Root() row: FigureRow, @Ctx() { db }: SubgraphContext): Promise<string> {
    return (await sealOf(db)).idOf(row);
  }

  @Needs("indicatorNo")
  @FieldResolver(() => Indicator, { description: "What is measured." })
  indicator(
    @Root() { indicatorNo }: FigureRow,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return loadRecord(ctx, info, indicators, indicatorNo, "no");
  }

  @Needs("periodNo")
  @FieldResolver(() => Period, { description: "The time it is about." })
  period(@Root() { periodNo }: FigureRow, @Ctx() ctx: SubgraphContext, @Info() info: GraphQLResolveInfo) {
    return loadRecord(ctx, info, periods, periodNo, "no");
  }

  @Needs("groupNo")
  @FieldResolver(() => StudentGroup, {
    nullable: true,
    description: "The students it is about; null for all of them, whom filters call `ALL`.",
  })
  async group(@Root() { groupNo }: FigureRow, @Ctx() ctx: SubgraphContext, @Info() info: GraphQLResolveInfo) {
    const group = await loadRecord(ctx, info, studentGroups, groupNo, "no");
    return group?.["code"] === ALL_STUDENTS ? null : group;
  }

  @Needs("subjectNo", "indicatorNo", "periodNo", "groupNo", "n", "x", "value")
  @FieldResolver(() => Cell, { description: "Its value, as far as it may be shown." })
  cell(@Root() row: FigureRow, @Ctx() ctx: SubgraphContext, @Info() info: GraphQLResolveInfo) {
    return cellOfFigure(ctx, info, row);
  }

  @Needs("isOwn", "n", "x", "value")
  @FieldResolver(() => RawFigure, {
    nullable: true,
    description:
      "What was reported, for the stewards and analysts of the institution that it is about; null for everybody else. Each read is put into the audit log.",
  })
  async raw(
    @Root() row: FigureRow,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RawFigure | null> {
    const subject = row.isOwn === null ? null : await loadSubject(ctx, info, row);
    if (!subject) return null;
    const { subjectId: organisationId, consortiumId } = subject;
    ctx.audited.add({ action: "RAW_FIGURES_READ", organisationId, consortiumId, count: 1 });
    return { value: row.value, n: row.n, x: row.x };
  }

  @Needs("subjectNo")
  @FieldResolver(() => SubjectKind, { description: "What it is about." })
  async subjectKind(
    @Root() row: FigureRow,
    @Ctx() ctx: SubgraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SubjectKind | undefined> {
    return (await loadSubject(ctx, info, row))?.kind;
  }

  @Needs("subjectNo")
  @FieldResolver(() => Institution, {
    nullable: true,
    description: "The institution it is about; null when it is about something else.",
  })
  institution(@Root() row: FigureRow, @Ctx() ctx: SubgraphContext, @Info() info: GraphQLResolveInfo) {
    return subjectOfKind(ctx, info, row, SubjectKind.INSTITUTION);
  }

  @Needs("subjectNo")
  @FieldResolver(() => Partnership, {
    nullable: true,
    description: "The partnership it is about; null when it is about something else.",
  })
  partnership(@Root() row: FigureRow, @Ctx() ctx: SubgraphContext, @Info() info: GraphQLResolveInfo) {
    return subjectOfKind(ctx, info, row, SubjectKind.PARTNERSHIP);
  }

  @Needs("subjectNo")
  @FieldResolver(() => Program, {
    nullable: true,
    description: "The program it is about; null when it is about something else.",
  })
  program(@Root() row: FigureRow, @Ctx() ctx: SubgraphContext, @Info() info: GraphQLResolveInfo) {
    return subjectOfKind(ctx, info, row, SubjectKind.PROGRAM);
  }
}

async function subjectOfKind(
  ctx: SubgraphContext,
  info: GraphQLResolveInfo,
  row: FigureRow,
  kind: SubjectKind,
): Promise<{ id: string } | null> {
  const subject = await loadSubject(ctx, info, row);
  return subject?.kind === kind ? { id: subject.subjectId } : null;
}

function loadSubject(ctx: SubgraphContext, info: GraphQLResolveInfo, { subjectNo }: FigureRow) {
  return loadRecord(ctx, info, subjects, subjectNo, "no") as Promise<Pick<
    Subject,
    "kind" | "subjectId" | "consortiumId"
  > | null>;
}

import { ArgsType, Field, Float, ObjectType } from "type-graphql";

/** The part of an organization by which `similarPartnerOrganizations` looks. */
@ArgsType()
export class LikenessArgs {
  @Field(() => String, { description: "What it calls itself." })
  name!: string;

  @Field(() => String, { nullable: true, description: "Its website; compared by its domain." })
  website?: string | null;

  @Field(() => String, { nullable: true, description: "Its state or province." })
  subdivision?: string | null;

  @Field(() => String, { nullable: true, description: "Its town." })
  city?: string | null;
}

@ObjectType("PartnerOrganizationCandidate", {
  description: "An organization that another one could be the same as.",
})
export class PartnerOrganizationCandidate {
  /** Shown as `organization`. */
  organizationId!: string;

  @Field(() => Float, {
    description:
      "How alike they are, from 0 to 1: 0.6 for the words of the name, 0.25 for the web domain, 0.15 for the place; of what is not known the weight goes to the others.",
  })
  score!: number;
}

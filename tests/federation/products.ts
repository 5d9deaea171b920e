import {
  Arg,
  Directive,
  Field,
  FieldResolver,
  Float,
  ID,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import type { SubgraphDefinition } from "../../shared/graphql/subgraph.ts";

// The products subgraph that federation's compatibility tests ask for, made as our subgraphs are made.

@ObjectType()
class ProductVariation {
  @Field(() => ID)
  id!: string;
}

@Directive("@shareable")
@ObjectType()
class ProductDimension {
  @Field(() => String, { nullable: true })
  size!: string | null;

  @Field(() => Float, { nullable: true })
  weight!: number | null;

  @Directive("@inaccessible")
  @Field(() => String, { nullable: true })
  unit!: string | null;
}

@ObjectType()
class CaseStudy {
  @Field(() => ID)
  caseNumber!: string;

  @Field(() => String, { nullable: true })
  description!: string | null;
}

@Directive('@key(fields: "study { caseNumber }")')
@ObjectType()
class ProductResearch {
  @Field(() => CaseStudy)
  study!: CaseStudy;

  @Field(() => String, { nullable: true })
  outcome!: string | null;
}

@Directive('@key(fields: "email")')
@ObjectType()
class User {
  @Field(() => ID)
  email!: string;

  @Directive('@override(from: "users")')
  @Field(() => String, { nullable: true })
  name!: string | null;

  @Directive("@external")
  @Field(() => Int, { nullable: true })
  totalProductsCreated!: number | null;

  @Directive("@external")
  @Field(() => Int)
  yearsOfEmployment!: number;
}

@Directive('@key(fields: "sku package")')
@ObjectType()
class DeprecatedProduct {
  @Field(() => String)
  sku!: string;

  @Field(() => String)
  package!: string;

  @Field(() => String, { nullable: true })
  reason!: string | null;

  @Field(() => User, { nullable: true })
  createdBy!: Partial<User> | null;
}

@Directive("@custom")
@Directive('@key(fields: "id")')
@Directive('@key(fields: "sku package")')
@Directive('@key(fields: "sku variation { id }")')
@ObjectType()
class Product {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true })
  sku!: string | null;

  @Field(() => String, { nullable: true })
  package!: string | null;

  @Field(() => ProductVariation, { nullable: true })
  variation!: ProductVariation | null;

  @Field(() => ProductDimension, { nullable: true })
  dimensions!: ProductDimension | null;

  @Directive('@provides(fields: "totalProductsCreated")')
  @Field(() => User, { nullable: true })
  createdBy!: Partial<User> | null;

  @Directive('@tag(name: "internal")')
  @Field(() => String, { nullable: true })
  notes!: string | null;

  @Field(() => [ProductResearch])
  research!: ProductResearch[];
}

@Directive("@interfaceObject")
@Directive('@key(fields: "id")')
@ObjectType()
class Inventory {
  @Field(() => ID)
  id!: string;

  @Field(() => [DeprecatedProduct])
  deprecatedProducts!: DeprecatedProduct[];
}

const AUTHOR = {
  email: "support@apollographql.com",
  name: "Jane Smith",
  totalProductsCreated: 1337,
  yearsOfEmployment: 10,
};
const DEPRECATED: DeprecatedProduct = {
  sku: "apollo-federation-v1",
  package: "@apollo/federation-v1",
  reason: "Migrate to Federation V2",
  createdBy: AUTHOR,
};
const RESEARCH: ProductResearch[] = [
  { study: { caseNumber: "1234", description: "Federation Study" }, outcome: null },
  { study: { caseNumber: "1235", description: "Studio Study" }, outcome: null },
];
const dimensions = { size: "small", weight: 1, unit: "kg" };
const PRODUCTS: Product[] = [
  {
    id: "apollo-federation",
    sku: "federation",
    package: "@apollo/federation",
    variation: { id: "OSS" },
    dimensions,
    createdBy: AUTHOR,
    notes: null,
    research: [RESEARCH[0]!],
  },
  {
    id: "apollo-studio",
    sku: "studio",
    package: "",
    variation: { id: "platform" },
    dimensions,
    createdBy: AUTHOR,
    notes: null,
    research: [RESEARCH[1]!],
  },
];

@Resolver()
class ProductQueries {
  @Query(() => Product, { nullable: true })
  product(@Arg("id", () => ID) id: string): Product | null {
    return PRODUCTS.find((each) => each.id === id) ?? null;
  }

  @Query(() => DeprecatedProduct, { nullable: true, deprecationReason: "Use product query instead" })
  deprecatedProduct(
    @Arg("sku", () => String) sku: string,
    @Arg("package", () => String) name: string,
  ): DeprecatedProduct | null {
    return sku === DEPRECATED.sku && name === DEPRECATED.package ? DEPRECATED : null;
  }
}

@Resolver(() => User)
class UserResolver {
  @Directive('@requires(fields: "totalProductsCreated yearsOfEmployment")')
  @FieldResolver(() => Int, { nullable: true })
  averageProductsCreatedPerYear(@Root() { totalProductsCreated, yearsOfEmployment }: User): number | null {
    return totalProductsCreated === null ? null : Math.round(totalProductsCreated / yearsOfEmployment);
  }
}

@Resolver(() => Inventory)
class InventoryResolver {
  @FieldResolver(() => [DeprecatedProduct])
  deprecatedProducts(): DeprecatedProduct[] {
    return [DEPRECATED];
  }
}

/** Part of a record: what a key says. */
type Key = Readonly<Record<string, any>>;

const productByKey = ({ id, sku, package: name, variation }: Key) =>
  PRODUCTS.find((each) =>
    id
      ? each.id === id
      : each.sku === sku && (name ? each.package === name : each.variation?.id === variation?.id),
  ) ?? null;

export const products: SubgraphDefinition = {
  name: "products",
  entities: [],
  migrations: [],
  resolvers: [ProductQueries, UserResolver, InventoryResolver],
  orphanedTypes: [Inventory],
  visibility: {
    Product: { rows: "PART" },
    DeprecatedProduct: { rows: "PART" },
    ProductVariation: { rows: "PART" },
    ProductDimension: { rows: "PART" },
    ProductResearch: { rows: "PART" },
    CaseStudy: { rows: "PART" },
    User: { rows: "PART", fields: { email: "ROW" } },
    Inventory: { rows: "PART" },
  },
  references: {
    Product: (key) => productByKey(key),
    DeprecatedProduct: ({ sku }) => (sku === DEPRECATED.sku ? DEPRECATED : null),
    ProductResearch: ({ study }: Key) =>
      RESEARCH.find((each) => each.study.caseNumber === study.caseNumber) ?? null,
    User: (key) => ({ ...AUTHOR, ...key }),
    Inventory: (key) => key,
  },
  link: `extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@composeDirective", "@external", "@key",
      "@inaccessible", "@interfaceObject", "@override", "@provides", "@requires", "@shareable", "@tag"])
    @link(url: "https://myspecs.dev/myCustomDirective/v1.0", import: ["@custom"])
    @composeDirective(name: "@custom")

  directive @custom on OBJECT
`,
};

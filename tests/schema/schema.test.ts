import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { composeServices } from "@apollo/composition";
import type { GraphQLNamedType } from "graphql";
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  lexicographicSortSchema,
  parse,
  printSchema,
  validate,
} from "graphql";
import { schemaFiles } from "../../gateway/cli/schema.ts";
import { createPlanner } from "../../gateway/execution/planner.ts";

const folder = join(__dirname, "../../schema");
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const api = buildSchema(read("api.graphql"));
const named = Object.values(api.getTypeMap()).filter(({ name }) => !name.startsWith("__"));
const BUILT_IN = new Set(["Int", "Float", "String", "Boolean", "ID"]);

it("is written from the code: every file in schema/ is fresh", async () => {
  for (const [name, text] of Object.entries(await schemaFiles()))
    expect({ name, text: read(name) }).toEqual({ name, text });
});

it("composes to the same API by the composition that Apollo makes", async () => {
  const parts = ["institutions", "partners", "programs", "metrics", "platform"];
  const result = composeServices(
    parts.map((name) => ({ name, typeDefs: parse(read(`${name}.graphql`)), url: `http://${name}/graphql` })),
  );
  expect(result.errors ?? []).toEqual([]);
  const theirs = (await createPlanner(result.supergraphSdl!)).apiSchema;
  expect(printSchema(lexicographicSortSchema(theirs))).toEqual(printSchema(lexicographicSortSchema(api)));
});

describe("The API schema", () => {
  it("describes every type, field and input", () => {
    const bare: string[] = [];
    for (const type of named) {
      if (BUILT_IN.has(type.name) || ["Query", "Mutation", "Subscription"].includes(type.name)) continue;
      if (!type.description) bare.push(type.name);
    }
    for (const type of named) {
      for (const field of fieldsOf(type)) {
        if (field.name !== "id" && !field.description) bare.push(`${type.name}.${field.name}`);
      }
    }
    expect(bare).toEqual([]);
  });

  it("names types in PascalCase, fields in camelCase and enum values in capitals", () => {
    const odd = named.flatMap((type) => [
      ...(/^[A-Z][A-Za-z0-9]*$/.test(type.name) ? [] : [type.name]),
      ...fieldsOf(type).flatMap(({ name }) =>
        /^[a-z][A-Za-z0-9]*$/.test(name) ? [] : [`${type.name}.${name}`],
      ),
      ...(isEnumType(type)
        ? type
            .getValues()
            .flatMap(({ name }) => (/^[A-Z][A-Z0-9_]*$/.test(name) ? [] : [`${type.name}.${name}`]))
        : []),
    ]);
    expect(odd).toEqual([]);
  });

  it("says why and since when a field is deprecated", () => {
    const unsaid = named.flatMap((type) =>
      fieldsOf(type).flatMap((field) =>
        field.deprecationReason !== undefined &&
        field.deprecationReason !== null &&
        !/\d{4}-\d{2}-\d{2}/.test(field.deprecationReason)
          ? [`${type.name}.${field.name}`]
          : [],
      ),
    );
    expect(unsaid).toEqual([]);
  });

  it("has no type that no query and no mutation leads to", () => {
    const seen = new Set<string>();
    const visit = (type: GraphQLNamedType): void => {
      if (seen.has(type.name)) return;
      seen.add(type.name);
      if (isUnionType(type)) type.getTypes().forEach(visit);
      if (isInterfaceType(type)) api.getPossibleTypes(type).forEach(visit);
      if (isObjectType(type) || isInterfaceType(type)) type.getInterfaces().forEach(visit);
      for (const field of fieldsOf(type)) {
        visit(namedType(field.type));
        for (const arg of "args" in field ? field.args : []) visit(namedType(arg.type));
      }
    };
    visit(api.getQueryType()!);
    visit(api.getMutationType()!);
    expect(named.map(({ name }) => name).filter((name) => !seen.has(name) && !BUILT_IN.has(name))).toEqual(
      [],
    );
  });

  it("has every list that can grow as a connection", () => {
    const unbounded = named.flatMap((type) =>
      isObjectType(type) && !type.name.endsWith("Connection")
        ? Object.values(type.getFields()).flatMap((field) =>
            /^\[/.test(String(field.type)) && field.args.some(({ name }) => name === "first")
              ? [`${type.name}.${field.name}`]
              : [],
          )
        : [],
    );
    expect(unbounded).toEqual([]);
  });

  it("shows nothing that stays inside", () => {
    const text = printSchema(api);
    for (const secret of [
      "consortiumId:",
      "nameKey",
      "contentHash",
      "subjectNo",
      "createdAt",
      "_entities",
      "_service",
      "programId",
    ]) {
      // Filters by an id are no columns of a type.
      expect(text.replace(/input [^}]*}/g, "")).not.toContain(secret);
    }
  });
});

it.each(readdirSync(join(folder, "operations")))("has a valid example operation in %s", (name) => {
  expect(validate(api, parse(read(`operations/${name}`)))).toEqual([]);
});

function fieldsOf(type: GraphQLNamedType) {
  return isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
    ? Object.values(type.getFields())
    : [];
}

function namedType(type: any): GraphQLNamedType {
  return "ofType" in type ? namedType(type.ofType) : type;
}

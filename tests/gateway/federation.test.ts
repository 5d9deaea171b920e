import { describeFixture } from "./fixture.ts";
import { aliases } from "./fixtures/aliases.ts";
import { directives } from "./fixtures/directives.ts";
import { failures } from "./fixtures/failures.ts";
import { interfaceObjects, interfaceObjectsBehindEntities } from "./fixtures/interface-objects.ts";
import { keys } from "./fixtures/keys.ts";
import { mutations } from "./fixtures/mutations.ts";
import { selections } from "./fixtures/selections.ts";
import { partialUnions, sharedUnions, unions } from "./fixtures/unions.ts";

const FIXTURES = [
  keys,
  directives,
  interfaceObjects,
  interfaceObjectsBehindEntities,
  unions,
  partialUnions,
  sharedUnions,
  selections,
  aliases,
  failures,
  mutations,
];
for (const fixture of FIXTURES) describeFixture(fixture);

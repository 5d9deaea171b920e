import { describeFixture } from "./fixture.ts";
import { FIXTURES } from "./fixtures/all.ts";

for (const fixture of FIXTURES) describeFixture(fixture);

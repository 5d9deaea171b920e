import { describeFixture } from "./fixture.ts";
import { interfaceObjects } from "./fixtures/interface-objects.ts";
import { unions } from "./fixtures/unions.ts";

for (const fixture of [interfaceObjects, unions]) describeFixture(fixture);

import { describeApollo } from "./apollo.ts";
import type { Running } from "./running.ts";
import { startRunning } from "./running.ts";
import { describeRefusals } from "./refusals.ts";
import { describeRelay } from "./relay.ts";
import { describeSigningIn } from "./signing-in.ts";
import { describeTyped } from "./typed.ts";
import { describeUrql } from "./urql.ts";

let running: Running;
beforeAll(async () => void (running = await startRunning()));
afterAll(() => running.close());

describeApollo(() => running);
describeRefusals(() => running);
describeRelay(() => running);
describeSigningIn(() => running);
describeTyped(() => running);
describeUrql(() => running);

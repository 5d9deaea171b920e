import { describeApollo } from "./apollo.ts";
import type { Running } from "./running.ts";
import { startRunning } from "./running.ts";
import { describeRelay } from "./relay.ts";
import { describeTyped } from "./typed.ts";
import { describeUrql } from "./urql.ts";

let running: Running;
beforeAll(async () => void (running = await startRunning()));
afterAll(() => running.close());

describeApollo(() => running);
describeRelay(() => running);
describeTyped(() => running);
describeUrql(() => running);

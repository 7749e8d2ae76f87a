// No grant, no session and no look-up is lost when it is killed: tests/kills/README.md. `npm run kills -- node` does more.
import { killsAFewTimes } from "../kills/small.mjs";

killsAFewTimes("node");

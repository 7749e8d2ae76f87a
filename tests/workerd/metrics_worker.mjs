// The Worker, and a dataset that keeps what is written to it: the one of the local Workers runtime throws it away.
import { WorkerEntrypoint } from "cloudflare:workers";
import worker from "../../dist/worker.js";

export { Directory, Grant } from "../../dist/worker.js";

const points = [];

export class Dataset extends WorkerEntrypoint {
  writeDataPoint(point) {
    points.push(point);
  }
}

export default {
  async fetch(request, env, context) {
    if (new URL(request.url).pathname !== "/points") return worker.fetch(request, env, context);
    return Response.json(points.splice(0));
  },
};

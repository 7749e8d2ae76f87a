// `edge-sts/inline` in Node: the module is JavaScript here, so that whatever moves files moves it along.
import "./node_platform.js";
import { provideModule } from "./engine.js";
import { moduleIn } from "./node_module.js";
import text from "./wasm/edge_sts_bundled.js";

provideModule(() => moduleIn(text));

export * from "./node_package.js";

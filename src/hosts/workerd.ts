import { provideModule } from "./engine.js";
import wasm from "./wasm/edge_sts_bg.wasm";

// The Workers runtime compiles modules only when the Worker is deployed.
provideModule(() => wasm);

export * from "./package.js";

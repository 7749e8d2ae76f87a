import "./node_platform.js";
import { provideModule } from "./engine.js";
import { compiledModule } from "./node_module.js";

provideModule(compiledModule);

export * from "./node_package.js";

/* @ts-self-types="./edge_sts.d.ts" */

/**
 * A service and the requests that wait.
 */
export class Core {
  __destroy_into_raw() {
    const ptr = this.__wbg_ptr;
    this.__wbg_ptr = 0;
    CoreFinalization.unregister(this);
    return ptr;
  }
  free() {
    const ptr = this.__destroy_into_raw();
    __wbg_call_guard();
    wasm.__wbg_core_free(ptr, 0);
  }
  /**
   * Forgets a request that waits.
   * @param {number} ticket
   */
  abandon(ticket) {
    if (this.__wbg_inst !== undefined && this.__wbg_inst !== __wbg_instance_id) {
      throw new Error("Invalid stale object from previous Wasm instance");
    }
    __wbg_call_guard();
    wasm.core_abandon(this.__wbg_ptr, ticket);
  }
  /**
   * One token request, its parameters as the text of a JSON object. `now`: seconds.
   * @param {string} parameters
   * @param {number} now
   * @returns {string}
   */
  exchange(parameters, now) {
    let deferred3_0;
    let deferred3_1;
    try {
      if (this.__wbg_inst !== undefined && this.__wbg_inst !== __wbg_instance_id) {
        throw new Error("Invalid stale object from previous Wasm instance");
      }
      const val2 = +now;
      const ptr0 = passStringToWasm0(parameters, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
      const len0 = WASM_VECTOR_LEN;
      let ret;
      __wbg_call_guard();
      ret = wasm.core_exchange(this.__wbg_ptr, ptr0, len0, val2);
      deferred3_0 = ret[0];
      deferred3_1 = ret[1];
      return getStringFromWasm0(ret[0], ret[1]);
    } finally {
      __wbg_call_guard();
      wasm.__wbindgen_free(deferred3_0, deferred3_1, 1);
    }
  }
  /**
   * One HTTP request: its head as text, its body as bytes. `now`: seconds.
   * @param {string} head
   * @param {Uint8Array | number[]} body
   * @param {number} now
   * @returns {string}
   */
  fetch(head, body, now) {
    let deferred4_0;
    let deferred4_1;
    try {
      if (this.__wbg_inst !== undefined && this.__wbg_inst !== __wbg_instance_id) {
        throw new Error("Invalid stale object from previous Wasm instance");
      }
      const val3 = +now;
      let ptr0, len0, ptr1, len1;
      try {
        ptr0 = passStringToWasm0(head, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
        len0 = WASM_VECTOR_LEN;
        ptr1 = passArray8ToWasm0(body, wasm.__wbindgen_malloc);
        len1 = WASM_VECTOR_LEN;
      } catch (e) {
        if (ptr1) {
          wasm.__wbindgen_free(ptr1, len1 * 1, 1);
        }
        if (ptr0) {
          wasm.__wbindgen_free(ptr0, len0 * 1, 1);
        }
        throw e;
      }
      let ret;
      __wbg_call_guard();
      ret = wasm.core_fetch(this.__wbg_ptr, ptr0, len0, ptr1, len1, val3);
      deferred4_0 = ret[0];
      deferred4_1 = ret[1];
      return getStringFromWasm0(ret[0], ret[1]);
    } finally {
      __wbg_call_guard();
      wasm.__wbindgen_free(deferred4_0, deferred4_1, 1);
    }
  }
  /**
   * A service with the configuration of `src/hosts/engine.ts`, as JSON text. Throws a `TypeError` that says what to
   * do.
   * @param {string} config
   */
  constructor(config) {
    const ptr0 = passStringToWasm0(config, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    const len0 = WASM_VECTOR_LEN;
    let ret;
    __wbg_call_guard();
    ret = wasm.core_new(ptr0, len0);
    if (ret[2]) {
      throw takeFromExternrefTable0(ret[1]);
    }
    this.__wbg_ptr = ret[0];
    Object.defineProperty(this, "__wbg_inst", { value: __wbg_instance_id, writable: true });
    CoreFinalization.register(this, { ptr: ret[0], instance: __wbg_instance_id }, this);
    return this;
  }
  /**
   * Tries the signing keys. Refused with a sentence, as text, where one cannot be used.
   * @param {number} now
   * @returns {string}
   */
  probe(now) {
    let deferred1_0;
    let deferred1_1;
    try {
      if (this.__wbg_inst !== undefined && this.__wbg_inst !== __wbg_instance_id) {
        throw new Error("Invalid stale object from previous Wasm instance");
      }
      let ret;
      __wbg_call_guard();
      ret = wasm.core_probe(this.__wbg_ptr, now);
      deferred1_0 = ret[0];
      deferred1_1 = ret[1];
      return getStringFromWasm0(ret[0], ret[1]);
    } finally {
      __wbg_call_guard();
      wasm.__wbindgen_free(deferred1_0, deferred1_1, 1);
    }
  }
  /**
   * Goes on with a request, given the results of its effects as the text of a JSON array.
   * @param {number} ticket
   * @param {string} results
   * @param {number} now
   * @returns {string}
   */
  resume(ticket, results, now) {
    let deferred4_0;
    let deferred4_1;
    try {
      if (this.__wbg_inst !== undefined && this.__wbg_inst !== __wbg_instance_id) {
        throw new Error("Invalid stale object from previous Wasm instance");
      }
      const val2 = +ticket;
      const val3 = +now;
      const ptr0 = passStringToWasm0(results, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
      const len0 = WASM_VECTOR_LEN;
      let ret;
      __wbg_call_guard();
      ret = wasm.core_resume(this.__wbg_ptr, val2, ptr0, len0, val3);
      deferred4_0 = ret[0];
      deferred4_1 = ret[1];
      return getStringFromWasm0(ret[0], ret[1]);
    } finally {
      __wbg_call_guard();
      wasm.__wbindgen_free(deferred4_0, deferred4_1, 1);
    }
  }
}
if (Symbol.dispose) Core.prototype[Symbol.dispose] = Core.prototype.free;

export function __wbg_reset_state() {
  __wbg_instance_id++;
  cachedUint8ArrayMemory0 = null;
  if (typeof numBytesDecoded !== "undefined") numBytesDecoded = 0;
  if (typeof WASM_VECTOR_LEN !== "undefined") WASM_VECTOR_LEN = 0;
  __wbg_reinit_scheduled = false;
  wasmInstance = new WebAssembly.Instance(wasmModule, __wbg_get_imports());
  wasm = wasmInstance.exports;
  wasm.__wbindgen_start();
}

/**
 * Bytes of the longest body that is accepted.
 * @returns {number}
 */
export function body_limit() {
  let ret;
  __wbg_call_guard();
  ret = wasm.body_limit();
  return ret >>> 0;
}

/**
 * The entries of a store, `{key, value}[]`, for the JSON text of an array of resources. Throws a `TypeError` with
 * every fault, one a line.
 * @param {string} resources
 * @param {number} now
 * @returns {any}
 */
export function entries(resources, now) {
  const val2 = +now;
  const ptr0 = passStringToWasm0(resources, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
  const len0 = WASM_VECTOR_LEN;
  let ret;
  __wbg_call_guard();
  ret = wasm.entries(ptr0, len0, val2);
  if (ret[2]) {
    throw takeFromExternrefTable0(ret[1]);
  }
  return takeFromExternrefTable0(ret[0]);
}

/**
 * What is doubtful about resources that are right: `{code, path, message}[]` for the JSON text of an array of them; a path
 * begins with the index, such as `[2].Client.secret`.
 * @param {string} resources
 * @returns {any}
 */
export function findings(resources) {
  const ptr0 = passStringToWasm0(resources, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
  const len0 = WASM_VECTOR_LEN;
  let ret;
  __wbg_call_guard();
  ret = wasm.findings(ptr0, len0);
  if (ret[2]) {
    throw takeFromExternrefTable0(ret[1]);
  }
  return takeFromExternrefTable0(ret[0]);
}

/**
 * Where the text is no JSON, or not the strict kind that is read here: `line 3, column 5: sentence`.
 * @param {string} text
 * @returns {string | undefined}
 */
export function json_fault(text) {
  const ptr0 = passStringToWasm0(text, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
  const len0 = WASM_VECTOR_LEN;
  let ret;
  __wbg_call_guard();
  ret = wasm.json_fault(ptr0, len0);
  let v2;
  if (ret[0] !== 0) {
    v2 = getStringFromWasm0(ret[0], ret[1]);
    wasm.__wbindgen_free(ret[0], ret[1] * 1, 1);
  }
  return v2;
}

/**
 * The same array as the changes that put it into an empty directory (`Change` of `src/hosts/directory/directory.ts`): the JSON
 * text of an array. Throws a `TypeError` with every fault, one a line.
 * @param {string} resources
 * @param {number} now
 * @returns {string}
 */
export function listed(resources, now) {
  let deferred4_0;
  let deferred4_1;
  try {
    const val2 = +now;
    const ptr0 = passStringToWasm0(resources, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    const len0 = WASM_VECTOR_LEN;
    let ret;
    __wbg_call_guard();
    ret = wasm.listed(ptr0, len0, val2);
    var ptr3 = ret[0];
    var len3 = ret[1];
    if (ret[3]) {
      ptr3 = 0;
      len3 = 0;
      throw takeFromExternrefTable0(ret[2]);
    }
    deferred4_0 = ptr3;
    deferred4_1 = len3;
    return getStringFromWasm0(ptr3, len3);
  } finally {
    __wbg_call_guard();
    wasm.__wbindgen_free(deferred4_0, deferred4_1, 1);
  }
}

/**
 * The names of the request headers that are read, one a line.
 * @returns {string}
 */
export function request_headers() {
  let deferred1_0;
  let deferred1_1;
  try {
    let ret;
    __wbg_call_guard();
    ret = wasm.request_headers();
    deferred1_0 = ret[0];
    deferred1_1 = ret[1];
    return getStringFromWasm0(ret[0], ret[1]);
  } finally {
    __wbg_call_guard();
    wasm.__wbindgen_free(deferred1_0, deferred1_1, 1);
  }
}

/**
 * What is probably not meant in the expressions of a resource, as [`crate::policy::rule_doubts`] has it.
 * @param {string} resource
 * @returns {string}
 */
export function rule_doubts(resource) {
  let deferred2_0;
  let deferred2_1;
  try {
    const ptr0 = passStringToWasm0(resource, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    const len0 = WASM_VECTOR_LEN;
    let ret;
    __wbg_call_guard();
    ret = wasm.rule_doubts(ptr0, len0);
    deferred2_0 = ret[0];
    deferred2_1 = ret[1];
    return getStringFromWasm0(ret[0], ret[1]);
  } finally {
    __wbg_call_guard();
    wasm.__wbindgen_free(deferred2_0, deferred2_1, 1);
  }
}

/**
 * What each expression of resources gives for given claims, as [`crate::policy::trial`] has it. Throws a `TypeError`.
 * @param {string} request
 * @returns {string}
 */
export function trial(request) {
  let deferred3_0;
  let deferred3_1;
  try {
    const ptr0 = passStringToWasm0(request, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    const len0 = WASM_VECTOR_LEN;
    let ret;
    __wbg_call_guard();
    ret = wasm.trial(ptr0, len0);
    var ptr2 = ret[0];
    var len2 = ret[1];
    if (ret[3]) {
      ptr2 = 0;
      len2 = 0;
      throw takeFromExternrefTable0(ret[2]);
    }
    deferred3_0 = ptr2;
    deferred3_1 = len2;
    return getStringFromWasm0(ptr2, len2);
  } finally {
    __wbg_call_guard();
    wasm.__wbindgen_free(deferred3_0, deferred3_1, 1);
  }
}

/**
 * The answer of a host that cannot serve; `faults`: what is missing, one a line.
 * @param {string} head
 * @param {string} faults
 * @returns {string}
 */
export function unavailable(head, faults) {
  let deferred3_0;
  let deferred3_1;
  try {
    let ptr0, len0, ptr1, len1;
    try {
      ptr0 = passStringToWasm0(head, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
      len0 = WASM_VECTOR_LEN;
      ptr1 = passStringToWasm0(faults, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
      len1 = WASM_VECTOR_LEN;
    } catch (e) {
      if (ptr1) {
        wasm.__wbindgen_free(ptr1, len1 * 1, 1);
      }
      if (ptr0) {
        wasm.__wbindgen_free(ptr0, len0 * 1, 1);
      }
      throw e;
    }
    let ret;
    __wbg_call_guard();
    ret = wasm.unavailable(ptr0, len0, ptr1, len1);
    deferred3_0 = ret[0];
    deferred3_1 = ret[1];
    return getStringFromWasm0(ret[0], ret[1]);
  } finally {
    __wbg_call_guard();
    wasm.__wbindgen_free(deferred3_0, deferred3_1, 1);
  }
}
function __wbg_get_imports() {
  const import0 = {
    __proto__: null,
    __wbg___wbindgen_throw_4c88d8bf264fd984: function (arg0, arg1) {
      throw new Error(getStringFromWasm0(arg0, arg1));
    },
    __wbg_getRandomValues_8b6f1f663e6f188d: function () {
      return handleError(function (arg0, arg1) {
        globalThis.crypto.getRandomValues(getArrayU8FromWasm0(arg0, arg1));
      }, arguments);
    },
    __wbg_new_37eb45aaf5eeb820: function () {
      const ret = new Array();
      return ret;
    },
    __wbg_new_4416a2fe2fac9c65: function (arg0, arg1) {
      const ret = new TypeError(getStringFromWasm0(arg0, arg1));
      return ret;
    },
    __wbg_new_cd4348290afae586: function () {
      const ret = new Object();
      return ret;
    },
    __wbg_set_d2d33b52458e984a: function (arg0, arg1, arg2) {
      arg0[arg1 >>> 0] = arg2;
    },
    __wbg_set_e4b9a833d288759a: function (arg0, arg1, arg2) {
      arg0[arg1] = arg2;
    },
    __wbindgen_generic_0000000000000001: function (arg0, arg1) {
      // Cast intrinsic for `Ref(String) -> Externref`.
      const ret = getStringFromWasm0(arg0, arg1);
      return ret;
    },
    __wbindgen_init_externref_table: function () {
      const table = wasm.__wbindgen_externrefs;
      table.set(0, undefined);
      table.set(1024, undefined);
      table.set(1025, null);
      table.set(1026, true);
      table.set(1027, false);
    },
  };
  return {
    __proto__: null,
    "./edge_sts_bg.js": import0,
  };
}

function __wbg_call_guard() {
  if (__wbg_reinit_scheduled) {
    __wbg_reset_state();
    return;
  }
}

let __wbg_instance_id = 0;
const CoreFinalization =
  typeof FinalizationRegistry === "undefined"
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(({ ptr, instance }) => {
        if (instance === __wbg_instance_id) wasm.__wbg_core_free(ptr, 1);
      });

function addToExternrefTable0(obj) {
  const idx = wasm.__externref_table_alloc();
  wasm.__wbindgen_externrefs.set(idx, obj);
  return idx;
}

function getArrayU8FromWasm0(ptr, len) {
  ptr = ptr >>> 0;
  return getUint8ArrayMemory0().subarray(ptr / 1, ptr / 1 + len);
}

function getStringFromWasm0(ptr, len) {
  ptr = ptr >>> 0;
  return decodeText(getUint8ArrayMemory0().subarray(ptr, ptr + len));
}

let cachedUint8ArrayMemory0 = null;
function getUint8ArrayMemory0() {
  if (cachedUint8ArrayMemory0 === null || cachedUint8ArrayMemory0.byteLength === 0) {
    cachedUint8ArrayMemory0 = new Uint8Array(wasm.memory.buffer);
  }
  return cachedUint8ArrayMemory0;
}

function handleError(f, args) {
  try {
    return f.apply(this, args);
  } catch (e) {
    const idx = addToExternrefTable0(e);
    wasm.__wbindgen_exn_store(idx);
  }
}

function passArray8ToWasm0(arg, malloc) {
  const ptr = malloc(arg.length * 1, 1) >>> 0;
  getUint8ArrayMemory0().set(arg, ptr / 1);
  WASM_VECTOR_LEN = arg.length;
  return ptr;
}

function passStringToWasm0(arg, malloc, realloc) {
  if (realloc === undefined) {
    const buf = cachedTextEncoder.encode(arg);
    const ptr = malloc(buf.length, 1) >>> 0;
    getUint8ArrayMemory0()
      .subarray(ptr, ptr + buf.length)
      .set(buf);
    WASM_VECTOR_LEN = buf.length;
    return ptr;
  }

  let len = arg.length;
  let ptr = malloc(len, 1) >>> 0;

  const mem = getUint8ArrayMemory0();

  let offset = 0;

  for (; offset < len; offset++) {
    const code = arg.charCodeAt(offset);
    if (code > 0x7f) break;
    mem[ptr + offset] = code;
  }
  if (offset !== len) {
    if (offset !== 0) {
      arg = arg.slice(offset);
    }
    ptr = realloc(ptr, len, (len = offset + arg.length * 3), 1) >>> 0;
    const view = getUint8ArrayMemory0().subarray(ptr + offset, ptr + len);
    const ret = cachedTextEncoder.encodeInto(arg, view);

    offset += ret.written;
    ptr = realloc(ptr, len, offset, 1) >>> 0;
  }

  WASM_VECTOR_LEN = offset;
  return ptr;
}

let __wbg_reinit_scheduled = false;

function takeFromExternrefTable0(idx) {
  const value = wasm.__wbindgen_externrefs.get(idx);
  wasm.__externref_table_dealloc(idx);
  return value;
}

let cachedTextDecoder = new TextDecoder("utf-8", { ignoreBOM: true });
cachedTextDecoder.decode();
const MAX_SAFARI_DECODE_BYTES = 2146435072;
let numBytesDecoded = 0;
function decodeText(bytes) {
  numBytesDecoded += bytes.length;
  if (numBytesDecoded >= MAX_SAFARI_DECODE_BYTES) {
    cachedTextDecoder = new TextDecoder("utf-8", { ignoreBOM: true });
    cachedTextDecoder.decode();
    numBytesDecoded = bytes.length;
  }
  return cachedTextDecoder.decode(bytes);
}

const cachedTextEncoder = new TextEncoder();

if (!("encodeInto" in cachedTextEncoder)) {
  cachedTextEncoder.encodeInto = function (arg, view) {
    const buf = cachedTextEncoder.encode(arg);
    view.set(buf);
    return {
      read: arg.length,
      written: buf.length,
    };
  };
}

let WASM_VECTOR_LEN = 0;

let wasmModule, wasmInstance, wasm;
function __wbg_finalize_init(instance, module) {
  wasmInstance = instance;
  wasm = instance.exports;
  wasmModule = module;
  cachedUint8ArrayMemory0 = null;
  wasm.__wbindgen_start();
  return wasm;
}

async function __wbg_load(module, imports) {
  if (typeof Response === "function" && module instanceof Response) {
    if (!module.ok) {
      throw new Error(`failed to fetch Wasm: ${module.status} ${module.statusText} fetching '${module.url}'`);
    }

    if (typeof WebAssembly.instantiateStreaming === "function") {
      try {
        return await WebAssembly.instantiateStreaming(module, imports);
      } catch (e) {
        const validResponse = expectedResponseType(module.type);

        if (validResponse && module.headers.get("Content-Type") !== "application/wasm") {
          console.warn(
            "`WebAssembly.instantiateStreaming` failed because your server does not serve Wasm with `application/wasm` MIME type. Falling back to `WebAssembly.instantiate` which is slower. Original error:\n",
            e,
          );
        } else {
          throw e;
        }
      }
    }

    const bytes = await module.arrayBuffer();
    return await WebAssembly.instantiate(bytes, imports);
  } else {
    const instance = await WebAssembly.instantiate(module, imports);

    if (instance instanceof WebAssembly.Instance) {
      return { instance, module };
    } else {
      return instance;
    }
  }

  function expectedResponseType(type) {
    switch (type) {
      case "basic":
      case "cors":
      case "default":
        return true;
    }
    return false;
  }
}

function initSync(module) {
  if (wasm !== undefined) return wasm;

  if (module !== undefined) {
    if (Object.getPrototypeOf(module) === Object.prototype) {
      ({ module } = module);
    } else {
      console.warn("using deprecated parameters for `initSync()`; pass a single object instead");
    }
  }

  const imports = __wbg_get_imports();
  if (!(module instanceof WebAssembly.Module)) {
    module = new WebAssembly.Module(module);
  }
  const instance = new WebAssembly.Instance(module, imports);
  return __wbg_finalize_init(instance, module);
}

let __wbg_init_promise;
async function __wbg_init(module_or_path) {
  if (wasm !== undefined) return wasm;
  if (__wbg_init_promise === undefined) {
    __wbg_init_promise = __wbg_init_once(module_or_path);
    __wbg_init_promise.catch(() => {
      __wbg_init_promise = undefined;
    });
  }
  return __wbg_init_promise;
}

async function __wbg_init_once(module_or_path) {
  if (module_or_path !== undefined) {
    if (Object.getPrototypeOf(module_or_path) === Object.prototype) {
      ({ module_or_path } = module_or_path);
    } else {
      console.warn("using deprecated parameters for the initialization function; pass a single object instead");
    }
  }

  const imports = __wbg_get_imports();

  if (
    typeof module_or_path === "string" ||
    (typeof Request === "function" && module_or_path instanceof Request) ||
    (typeof URL === "function" && module_or_path instanceof URL)
  ) {
    module_or_path = fetch(module_or_path);
  }

  const { instance, module } = await __wbg_load(await module_or_path, imports);

  return __wbg_finalize_init(instance, module);
}

export { initSync, __wbg_init as default };

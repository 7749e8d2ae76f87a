// When work is done: in small pieces, between which the browser draws and takes what is typed, and not before it is needed.

/** The next turn of the browser's: what waits for it does not hold up a key or a frame. */
export function nextTurn() {
  const { scheduler } = /** @type {any} */ (globalThis);
  return scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve));
}

/** When the browser has nothing else to do; soon in any case. @returns {Promise<unknown>} */
export function whenIdle() {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in globalThis) requestIdleCallback(resolve, { timeout: 1000 });
    else setTimeout(resolve, 200);
  });
}

/** @type {IntersectionObserver | undefined} */
let observer;

/**
 * When an element comes into sight. Only the latest call is answered.
 * @param {Element} element
 * @returns {Promise<void>}
 */
export function whenSeen(element) {
  observer?.disconnect();
  return new Promise((resolve) => {
    observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer?.disconnect();
      resolve();
    });
    observer.observe(element);
  });
}

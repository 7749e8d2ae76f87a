/** Who counts what happens. Nothing of a request reaches it, only words of the service's own. None of it may throw. */
export interface Meter {
  /** An event: the five words of `Event::count_into` (src/counted.rs). */
  decided(counted: string): void;
  /** Something that the core asked of its host failed: the name of the effect, such as `grant_read`. */
  failed(operation: string): void;
  /** The counters in the text format of Prometheus, where they are kept here. */
  text?(): string;
}

import type { Meter } from "./meter.js";

/** A dataset of Workers Analytics Engine, as it is bound. */
export interface Dataset {
  /** Leaves a data point. It is not waited for. */
  writeDataPoint(point: DataPoint): void;
}

/** One data point. */
export interface DataPoint {
  /** What samples are taken by: one. */
  indexes: string[];
  /** Its texts. */
  blobs: string[];
  /** Its numbers. */
  doubles: number[];
}

/**
 * One data point for each audit event, and one for each failure of a store:
 *
 * | column   | event                                                       | failure                    |
 * | -------- | ----------------------------------------------------------- | -------------------------- |
 * | `index1` | the event, such as `token.exchange`                         | `host.fault`               |
 * | `blob1`  | the same                                                    | the same                   |
 * | `blob2`  | `success` or `refused`                                      | `refused`                  |
 * | `blob3`  | its reason; empty where it succeeded                        | what, such as `grant_read` |
 * | `blob4`  | what was issued, such as `access_token`; empty for nothing  | empty                      |
 * | `double1`| 1 for the event that stands for its request, else 0         | 0                          |
 * | `double2`| seconds from the request's arrival                          | 0                          |
 *
 * Columns are added at the end and never change their meaning.
 */
export function dataPoints(dataset: Dataset): Meter {
  const write = (name: string, reason: string, issued: string, doubles: number[]): void => {
    const blobs = [name, reason === "" ? "success" : "refused", reason, issued];
    try {
      dataset.writeDataPoint({ indexes: [name], blobs, doubles });
    } catch {
      // What was decided stands, counted or not. The event is on the console.
    }
  };
  const word = (text = NONE): string => (text === NONE ? "" : text);
  return {
    decided(counted) {
      const [event = "", reason, issued, first, duration] = counted.split(" ");
      write(event, word(reason), word(issued), [Number(first), Number(duration) / 1000]);
    },
    failed: (operation) => write("host.fault", operation, "", [0, 0]),
  };
}

const NONE = "-";

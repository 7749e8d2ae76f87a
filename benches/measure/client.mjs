// An HTTP client that costs little: connections that are kept, requests that are written beforehand, one at a time on
// each connection. node:http would be slower than what is measured.
import { connect } from "node:net";

const BLANK_LINE = Buffer.from("\r\n\r\n");

export class Client {
  #sockets;

  static async connected(url, connections) {
    const sockets = Array.from({ length: connections }, () => new Connection(url));
    await Promise.all(sockets.map((socket) => socket.ready));
    return new Client(sockets);
  }

  constructor(sockets) {
    this.#sockets = sockets;
  }

  /** Sends `count` requests, in turn from the list. Every answer must have status 200. */
  async send(requests, count) {
    let next = 0;
    const work = async (socket) => {
      while (next < count) {
        const { status } = await socket.send(requests[next++ % requests.length]);
        if (status !== 200) throw new Error(`status ${status}`);
      }
    };
    await Promise.all(this.#sockets.map(work));
  }

  /** Sends one request; gives the answer's status, head and body. */
  one(request) {
    return this.#sockets[0].send(request);
  }

  close() {
    for (const socket of this.#sockets) socket.close();
  }
}

class Connection {
  #url;
  #socket;
  #received;
  #settle;

  constructor(url) {
    this.#url = url;
    this.ready = new Promise((resolve, reject) => this.#open(resolve, reject));
  }

  #open(resolve = () => undefined, reject = resolve) {
    const { hostname, port } = this.#url;
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.#socket.on("connect", resolve);
    this.#socket.on("error", (error) => {
      reject(error);
      this.#settle?.reject(error);
    });
    this.#socket.on("close", () => this.#settle?.reject(new Error("the connection was closed")));
    this.#socket.on("data", (chunk) => this.#take(chunk));
  }

  send(bytes) {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      // Servers close what is not used for some seconds: while others are warmed up.
      if (this.#socket.closed) this.#open();
      this.#socket.write(bytes);
    });
  }

  close() {
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #take(chunk) {
    const received = this.#received === undefined ? chunk : Buffer.concat([this.#received, chunk]);
    const end = received.indexOf(BLANK_LINE);
    const head = end < 0 ? undefined : received.latin1Slice(0, end);
    const length = head === undefined ? undefined : /^content-length: *(\d+)/im.exec(head)?.[1];
    if (head !== undefined && length === undefined) throw new Error("an answer without Content-Length");
    if (head === undefined || received.length < end + 4 + Number(length)) {
      this.#received = received;
      return;
    }
    this.#received = undefined;
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.resolve({ status: Number(head.slice(9, 12)), head, body: received.subarray(end + 4) });
  }
}

/** A POST of a form as it goes over the wire. */
export function post(url, path, headers, form) {
  const body = new URLSearchParams(form).toString();
  const lines = [
    `POST ${path} HTTP/1.1`,
    `Host: ${url.host}`,
    "Content-Type: application/x-www-form-urlencoded",
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`);
}

/** What `promise` comes to, unless `signal` aborts first: then it rejects with `givenUp()`, and the work goes on for others. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal, givenUp: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(givenUp());
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

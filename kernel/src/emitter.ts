/** Maps each event's name to what its listeners are given. */
export type EventMap<Events> = { [Name in keyof Events]: unknown[] };

/** The side of an emitter that outsiders see. */
export interface Listenable<Events extends EventMap<Events>> {
  /** Calls `listener` at every `name`. Returns a function that stops it. */
  on<Name extends keyof Events>(name: Name, listener: (...args: Events[Name]) => void): () => void;
  /** Calls `listener` at the next `name` only. Returns a function that stops it. */
  once<Name extends keyof Events>(name: Name, listener: (...args: Events[Name]) => void): () => void;
}

/**
 * A typed emitter whose listeners cannot break it: what one throws goes to `onListenerError` and the others still
 * hear the event. Listeners are called at once, in the order in which they came.
 */
export class Emitter<Events extends EventMap<Events>> implements Listenable<Events> {
  readonly #listeners: { [Name in keyof Events]?: Set<(...args: Events[Name]) => void> } = {};
  readonly #onListenerError: (error: unknown, name: keyof Events) => void;

  constructor(onListenerError: (error: unknown, name: keyof Events) => void = rethrowLater) {
    this.#onListenerError = onListenerError;
  }

  on<Name extends keyof Events>(name: Name, listener: (...args: Events[Name]) => void): () => void {
    const listeners = (this.#listeners[name] ??= new Set());
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  once<Name extends keyof Events>(name: Name, listener: (...args: Events[Name]) => void): () => void {
    const stop = this.on(name, (...args: Events[Name]) => {
      stop();
      listener(...args);
    });
    return stop;
  }

  /** How many listen to `name` now. */
  listenerCount(name: keyof Events): number {
    return this.#listeners[name]?.size ?? 0;
  }

  emit<Name extends keyof Events>(name: Name, ...args: Events[Name]): void {
    const listeners = this.#listeners[name];
    if (!listeners) return;
    for (const listener of [...listeners]) {
      try {
        listener(...args);
      } catch (error) {
        this.#onListenerError(error, name);
      }
    }
  }
}

function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

import { createServer, type Server } from 'node:http';
import { signedJson } from '../signed-json.js';

/** What this backend needs to know. The two secrets come from Hookswitch: the application's and the webhook endpoint's. */
export interface MenuBackendSettings {
  readonly scriptSecret: string;
  readonly webhookSecret: string;
  /** Who is rung when the caller presses 1: the user name of a registered phone. */
  readonly salesPhone: string;
  /** Told of every event, once its signature was found to be right. */
  readonly onEvent: (event: HookswitchEvent) => void;
}

/** An event as Hookswitch delivers it. */
export interface HookswitchEvent {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface ScriptRequest {
  readonly call: { readonly id: string; readonly from: string; readonly to: string; readonly status: string };
  readonly result?: { readonly verb: string; readonly digits?: string; readonly dialStatus?: string };
}

/**
 * A small office: a spoken menu, "1" rings the sales phone, and both sides are recorded. It answers three addresses: `/voice` (a call came in),
 * `/menu` (a key was pressed), `/after-dial` (the conversation ended), and takes webhooks at `/events`.
 */
export function createMenuBackend(settings: MenuBackendSettings): Server {
  return createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    try {
      if (path === '/events') {
        settings.onEvent((await signedJson(request, settings.webhookSecret)) as HookswitchEvent);
        response.writeHead(204).end();
        return;
      }
      const { result } = (await signedJson(request, settings.scriptSecret)) as ScriptRequest;
      const script = scriptFor(path, result, settings.salesPhone);
      if (!script) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(script));
    } catch (error) {
      response.writeHead(401, { 'content-type': 'text/plain' }).end((error as Error).message);
    }
  });
}

function scriptFor(path: string, result: ScriptRequest['result'], salesPhone: string): unknown[] | undefined {
  switch (path) {
    case '/voice':
      return [
        {
          verb: 'gather',
          numDigits: 1,
          timeout: 5,
          action: '/menu',
          prompts: [{ verb: 'say', text: 'Welcome to Hookswitch. Press one to talk to sales.' }],
        },
        { verb: 'say', text: 'We did not hear a key. Goodbye.' },
      ];
    case '/menu':
      if (result?.digits !== '1')
        return [
          { verb: 'say', text: 'That key has no meaning.' },
          { verb: 'redirect', url: '/voice' },
        ];
      return [
        { verb: 'say', text: 'One moment please.' },
        {
          verb: 'dial',
          targets: [{ type: 'endpoint', endpoint: salesPhone }],
          timeout: 20,
          record: 'record-from-answer-dual',
          action: '/after-dial',
        },
      ];
    case '/after-dial':
      if (result?.dialStatus === 'completed') return [{ verb: 'hangup' }];
      return [{ verb: 'say', text: 'Nobody is free. Please call again later.' }];
    default:
      return undefined;
  }
}

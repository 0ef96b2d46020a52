import { setTimeout as sleep } from 'node:timers/promises';
import { type Party, parties, partyTones } from '../../ear/parties.js';
import { within } from '../within.js';
import type { HeadlessBrowser } from './headless-browser.js';

/** The media of one call in a browser's page: its RTCPeerConnection, a tone that it sends, and what it hears. */
export class BrowserMedia {
  readonly #run: (code: string) => Promise<unknown>;

  private constructor(run: (code: string) => Promise<unknown>) {
    this.#run = run;
  }

  /** Opens a page that sends the party's tone. */
  static async open(browser: HeadlessBrowser, party: Party): Promise<BrowserMedia> {
    const run = await browser.page();
    await run(`(${prepare.toString()})(${partyTones[party]})`);
    return new BrowserMedia(run);
  }

  /** Its offer, all its addresses in it. */
  async offer(): Promise<string> {
    return String(await this.#run('call.offer()'));
  }

  /** Takes the answer to its offer. */
  async take(answer: string): Promise<void> {
    await this.#run(`call.take(${JSON.stringify(answer)})`);
  }

  /** Its answer to an offer. */
  async answer(offer: string): Promise<string> {
    return String(await this.#run(`call.answer(${JSON.stringify(offer)})`));
  }

  /** Resolves once it hears exactly these parties. */
  async hears(...who: readonly Party[]): Promise<void> {
    const wanted = [...who].sort().join(', ');
    let last = '';
    const heard = async () => {
      while (last !== wanted) {
        const levels = (await this.#run(`call.levels(${JSON.stringify(partyTones)})`)) as Record<Party, number>;
        last = parties
          .filter((party) => levels[party] > -60)
          .sort()
          .join(', ');
        if (last !== wanted) await sleep(50);
      }
    };
    const state = () => `it hears ${last || 'nobody'}`;
    await within(heard(), `the browser to hear ${wanted}`, state);
  }

  async close(): Promise<void> {
    await this.#run('call.close()');
  }
}

/** Runs in the page. Written out in one piece, since a page has nothing of ours. */
function prepare(hertz: number): void {
  // biome-ignore lint/suspicious/noExplicitAny: a page's globals are none of Node's types.
  const page = globalThis as any;
  const audio = new page.AudioContext();
  const oscillator = audio.createOscillator();
  const volume = audio.createGain();
  const out = audio.createMediaStreamDestination();
  oscillator.frequency.value = hertz;
  volume.gain.value = 0.25;
  oscillator.connect(volume).connect(out);
  oscillator.start();
  const peer = new page.RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  peer.addTrack(out.stream.getAudioTracks()[0], out.stream);
  const analyser = audio.createAnalyser();
  analyser.fftSize = 8192;
  analyser.smoothingTimeConstant = 0;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  peer.ontrack = ({ streams }: any) => {
    const element = new page.Audio();
    element.srcObject = streams[0];
    element.muted = true;
    element.play();
    audio.createMediaStreamSource(streams[0]).connect(analyser);
  };
  const described = async () => {
    if (peer.iceGatheringState !== 'complete') {
      await new Promise<void>((resolve) => {
        peer.onicegatheringstatechange = () => peer.iceGatheringState === 'complete' && resolve();
      });
    }
    return peer.localDescription.sdp;
  };
  page.call = {
    async offer() {
      await peer.setLocalDescription(await peer.createOffer());
      return described();
    },
    async take(sdp: string) {
      await peer.setRemoteDescription({ type: 'answer', sdp });
    },
    async answer(sdp: string) {
      await peer.setRemoteDescription({ type: 'offer', sdp });
      await peer.setLocalDescription(await peer.createAnswer());
      return described();
    },
    levels(tones: Record<string, number>) {
      const bins = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(bins);
      const width = audio.sampleRate / analyser.fftSize;
      const level = (frequency: number) => Math.max(-200, bins[Math.round(frequency / width)]!);
      return Object.fromEntries(Object.entries(tones).map(([party, frequency]) => [party, level(frequency)]));
    },
    close() {
      peer.close();
      audio.close();
    },
  };
}

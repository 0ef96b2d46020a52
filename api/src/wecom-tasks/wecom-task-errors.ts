import { BaseError } from '@hookswitch/kernel/base-error';

export class WecomNotSetUpError extends BaseError {
  constructor() {
    super('conflict', 'wecom-not-set-up', "The contact centre's settings name no WeCom interface (wecomTaskUrl).");
  }
}

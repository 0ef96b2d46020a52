import { BaseError } from '@hookswitch/kernel/base-error';

export class WebhookEndpointLimitError extends BaseError {
  constructor(most: number) {
    super(
      'conflict',
      'webhook-endpoint-limit',
      `An account has at most ${most} webhook endpoints. Delete one that is not used.`,
    );
  }
}

export class WebhookEndpointDisabledError extends BaseError {
  constructor(id: string) {
    super(
      'conflict',
      'webhook-endpoint-disabled',
      `Webhook endpoint ${id} is disabled. Set its status to enabled first.`,
    );
  }
}

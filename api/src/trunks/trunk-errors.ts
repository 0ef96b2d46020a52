import { BaseError } from '@hookswitch/kernel/base-error';

export class TrunkInUseError extends BaseError {
  constructor() {
    super('conflict', 'trunk-in-use', 'Some numbers still name the trunk. Bind them to another one first.');
  }
}

export class TrunkAddressTakenError extends BaseError {
  constructor(address: string, index: number) {
    super(
      'conflict',
      'trunk-address-taken',
      `Another account takes calls from ${address}. Use digest instead of the address.`,
      {
        fields: [{ pointer: `/inbound/addresses/${index}`, message: 'is taken' }],
      },
    );
  }
}

export class TrunkUsernameTakenError extends BaseError {
  constructor() {
    super('conflict', 'already-exists', 'The user name is in use on this installation. Choose another.', {
      fields: [{ pointer: '/inbound/username', message: 'is in use' }],
    });
  }
}

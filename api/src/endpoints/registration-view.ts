import { createHash } from 'node:crypto';
import type { Binding } from '@hookswitch/media/port/sip-directory';
import type { Schema } from '@hookswitch/openapi/operations';

/** The id of a registration: made of its contact, of which an endpoint has one binding each. It says nothing of the contact and fits in a path. */
export function registrationId(contact: string): string {
  return `RG${createHash('sha256').update(contact).digest('hex').slice(0, 32)}`;
}

/** A registration as users see it. */
export function registrationView(endpointId: string, binding: Binding): Schema<'Registration'> {
  const { contact, received, node, expiresAt, userAgent } = binding;
  return {
    id: registrationId(contact),
    endpointId,
    contact,
    receivedFrom: { address: received.address, port: received.port, transport: received.transport },
    node,
    expiresAt: new Date(expiresAt).toISOString(),
    userAgent: userAgent ?? null,
  };
}

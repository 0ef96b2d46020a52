export { AesSecretBox, SecretUnreadableError } from './aes-secret-box.js';
export type { SecretBox } from './secret-box.js';
export {
  addSigningSecret,
  newSigningSecret,
  type SealedSigningSecret,
  validSigningSecrets,
} from './signing-secrets.js';
